package io.hawser.server.binding;

/**
 * One thing that is wrong with a configuration. Immutable.
 *
 * @param place where it was given
 * @param key the key's path, as in {@code namespaces[0].options.history_size}; empty if the problem
 *     is the source's as a whole
 * @param what what is wrong
 * @param advice what to do
 */
public record Problem(Place place, String key, String what, String advice) {
    /** One line. */
    @Override
    public String toString() {
        return place + ": " + (key.isEmpty() ? "" : key + ": ") + what + "; " + advice;
    }
}
