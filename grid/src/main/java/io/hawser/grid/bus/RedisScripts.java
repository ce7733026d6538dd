package io.hawser.grid.bus;

import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisScript;

import java.util.List;

/**
 * The scripts of {@link RedisBroker} and {@link NumberedPublisher}. Immutable.
 *
 * @param publishNumbered of the publisher
 */
record RedisScripts(
        RedisScript publish,
        RedisScript publishConditional,
        RedisScript publishBatch,
        RedisScript history,
        RedisScript removeHistory,
        RedisScript publishNumbered) {
    private static final String TENURE = "tenure.lua";
    private static final String EPOCH = "epoch.lua";
    private static final String STORE = "publish_store.lua";
    private static final String ITEM = "publish_item.lua";

    private static final RedisScripts PLAIN =
            new RedisScripts(
                    load(TENURE, EPOCH, STORE, "publish.lua"),
                    load(TENURE, EPOCH, STORE, ITEM, "publish_conditional.lua"),
                    load(TENURE, EPOCH, STORE, ITEM, "publish_batch.lua"),
                    load(TENURE, EPOCH, "history.lua"),
                    load("remove_history.lua"),
                    load(TENURE, EPOCH, STORE, "publish_outbox.lua"));

    private static final RedisScripts SHARDED =
            new RedisScripts(
                    PLAIN.publish.sharded(),
                    PLAIN.publishConditional.sharded(),
                    PLAIN.publishBatch.sharded(),
                    PLAIN.history.sharded(),
                    PLAIN.removeHistory.sharded(),
                    PLAIN.publishNumbered.sharded());

    /** As that server publishes. */
    static RedisScripts of(RedisConnections server) {
        return server.isSharded() ? SHARDED : PLAIN;
    }

    /** In order of publishing. */
    List<RedisScript> writing() {
        return List.of(publish, publishConditional, publishBatch, removeHistory);
    }

    List<RedisScript> reading() {
        return List.of(history);
    }

    private static RedisScript load(String... names) {
        return RedisScript.load(RedisScripts.class, names);
    }
}
