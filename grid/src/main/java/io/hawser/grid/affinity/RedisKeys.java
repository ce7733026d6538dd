package io.hawser.grid.affinity;

/**
 * Names in Redis. The client's key stands in the hash tag with {@code {}, {@code }} and {@code %}
 * percent-encoded, so that all that is kept of a client shares a slot. Pure.
 */
final class RedisKeys {
    private static final String PREFIX = "hawser:{a:";

    private RedisKeys() {}

    /** Where the client belongs: JSON. */
    static String mapping(String key) {
        return PREFIX + encode(key) + "}";
    }

    /** Hash of channel to the terms of the subscription. */
    static String subscriptions(String key) {
        return PREFIX + encode(key) + "}:subs";
    }

    private static String encode(String key) {
        if (key.indexOf('{') < 0 && key.indexOf('}') < 0 && key.indexOf('%') < 0) {
            return key;
        }
        return key.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    }
}
