package io.hawser.server.filter;

/**
 * Numbers of tags, compared as they are written and exactly: no number is made of them, since that
 * would allocate for each publication and filter.
 */
final class Decimals {
    /** Longer texts are no numbers, as in the servers clients know. */
    static final int MAX_LENGTH = 200;

    /** Most digits after the point, likewise. */
    static final int MAX_FRACTION = 19;

    private Decimals() {}

    /** If the text is digits, with a sign before and a point between them where wanted. */
    static boolean isDecimal(String text) {
        int start = firstDigit(text);
        int point = endOfDigits(text, start);
        if (point == start || text.length() > MAX_LENGTH) {
            return false;
        }
        if (point == text.length()) {
            return true;
        }
        int fraction = text.length() - point - 1;
        return text.charAt(point) == '.'
                && fraction > 0
                && fraction <= MAX_FRACTION
                && endOfDigits(text, point + 1) == text.length();
    }

    /** Below, at or above 0 as {@code left} is less than, equal to or above {@code right}. */
    static int compare(String left, String right) {
        int leftSign = sign(left);
        int rightSign = sign(right);
        if (leftSign != rightSign) {
            return Integer.compare(leftSign, rightSign);
        }
        return leftSign * compareMagnitudes(left, right);
    }

    private static int sign(String text) {
        for (int at = 0; at < text.length(); at++) {
            char digit = text.charAt(at);
            if (digit >= '1' && digit <= '9') {
                return text.charAt(0) == '-' ? -1 : 1;
            }
        }
        return 0;
    }

    private static int compareMagnitudes(String left, String right) {
        int leftStart = firstSignificantDigit(left);
        int rightStart = firstSignificantDigit(right);
        int leftDigits = endOfDigits(left, leftStart) - leftStart;
        int rightDigits = endOfDigits(right, rightStart) - rightStart;
        if (leftDigits != rightDigits) {
            return Integer.compare(leftDigits, rightDigits);
        }
        int digits = leftDigits + 1 + MAX_FRACTION;
        for (int i = 0; i < digits; i++) {
            int order = Character.compare(digit(left, leftStart + i), digit(right, rightStart + i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** The point of both stands at the same place, and behind its end a number goes on with 0. */
    private static char digit(String text, int at) {
        return at < text.length() && text.charAt(at) != '.' ? text.charAt(at) : '0';
    }

    private static int firstDigit(String text) {
        return text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    }

    private static int firstSignificantDigit(String text) {
        int at = firstDigit(text);
        while (at < text.length() && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    private static int endOfDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
