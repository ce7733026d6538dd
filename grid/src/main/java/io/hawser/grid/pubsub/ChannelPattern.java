package io.hawser.grid.pubsub;

/**
 * A pattern of channel names: {@code *} stands for any characters, {@code ?} for one. Immutable;
 * matching takes at most the product of both lengths, and no stack.
 */
public final class ChannelPattern {
    private final String pattern;

    /**
     * @param pattern empty for all channels
     */
    public ChannelPattern(String pattern) {
        this.pattern = pattern.isEmpty() ? "*" : pattern;
    }

    /** What all channels that match begin with; may be empty. */
    public String prefix() {
        int end = 0;
        while (end < pattern.length() && pattern.charAt(end) != '*' && pattern.charAt(end) != '?') {
            end++;
        }
        return pattern.substring(0, end);
    }

    /** Whether it fits the whole of {@code name}. */
    public boolean matches(String name) {
        // When the rest does not fit, the last star takes one character more.
        int at = 0;
        int in = 0;
        int star = -1;
        int starred = 0;
        while (in < name.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                starred = in;
            } else if (at < pattern.length() && fits(pattern.charAt(at), name.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++starred;
            } else {
                return false;
            }
        }
        return onlyStars(at);
    }

    private static boolean fits(char wanted, char found) {
        return wanted == '?' || wanted == found;
    }

    @Override
    public String toString() {
        return pattern;
    }

    private boolean onlyStars(int from) {
        return pattern.chars().skip(from).allMatch(c -> c == '*');
    }
}
