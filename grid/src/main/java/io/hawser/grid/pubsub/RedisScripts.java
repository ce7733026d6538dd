package io.hawser.grid.pubsub;

import io.hawser.grid.redis.RedisScript;

import java.util.List;

/** The scripts of {@link RedisBroker}. */
final class RedisScripts {
    static final RedisScript PUBLISH = load("publish.lua");
    static final RedisScript HISTORY = load("history.lua");
    static final RedisScript REMOVE_HISTORY = load("remove_history.lua");

    /** In order of publishing. */
    static final List<RedisScript> WRITING = List.of(PUBLISH, REMOVE_HISTORY);

    static final List<RedisScript> READING = List.of(HISTORY);

    private RedisScripts() {}

    private static RedisScript load(String name) {
        return RedisScript.load(RedisScripts.class, name);
    }
}
