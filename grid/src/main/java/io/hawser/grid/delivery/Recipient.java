package io.hawser.grid.delivery;

import java.util.regex.Pattern;

/**
 * Whose position it is: a user's, or that of one device of the user's. Immutable.
 *
 * @param user not empty
 * @param device what the client calls itself, see {@link #isDevice}; empty for the position that
 *     all devices without a name share
 */
public record Recipient(String user, String device) {
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public Recipient {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("an anonymous user has no positions");
        }
        if (!device.isEmpty() && !isDevice(device)) {
            throw new IllegalArgumentException("not a device's name: " + device);
        }
    }

    /** Whether it can be a device's name: 1 to 64 letters, digits, dots, dashes, underlines. */
    public static boolean isDevice(String text) {
        return DEVICE.matcher(text).matches();
    }
}
