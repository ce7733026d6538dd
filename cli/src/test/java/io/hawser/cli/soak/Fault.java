package io.hawser.cli.soak;

/** What is done to Redis or to a node, and for how long at least and at most, milliseconds. */
enum Fault {
    /** kill -9 of a master; it comes back as a replica after another one has taken over. */
    REDIS_KILL(true, 100, 3_000),
    /** kill -9 of a master, which is started again at once with what it has on disk. */
    REDIS_RESTART(true, 0, 0),
    /** The same without anything on disk. */
    REDIS_RESTART_EMPTY(true, 0, 0),
    /** SIGSTOP of a master, then SIGCONT. The longer ones outlast a failover. */
    REDIS_HANG(true, 200, 4_000),
    /** The replica takes over though the master is well. */
    REDIS_FAILOVER(true, 0, 0),
    /** A master is cut off from all that is Redis but not from the nodes. */
    REDIS_ISOLATED(true, 500, 5_000),
    /** The replica is cut off from its master for a while, then has to take over. */
    REDIS_STALE_PROMOTION(true, 500, 3_000),
    /** All pub/sub connections are killed. */
    BUS_CUT(true, 0, 0),
    /** Scripts are forgotten. */
    SCRIPTS_FLUSHED(true, 0, 0),
    /** kill -9 of a node, which is started again after a while. */
    NODE_KILL(false, 100, 3_000),
    /** SIGSTOP of a node, then SIGCONT. */
    NODE_HANG(false, 200, 5_000),
    /** A node is cut off from all that is Redis. */
    NODE_WITHOUT_REDIS(false, 300, 5_000),
    /** A node is cut off from Redis and from the other nodes, not from its clients. */
    NODE_ALONE(false, 300, 5_000);

    private final boolean ofRedis;
    private final int minMs;
    private final int maxMs;

    Fault(boolean ofRedis, int minMs, int maxMs) {
        this.ofRedis = ofRedis;
        this.minMs = minMs;
        this.maxMs = maxMs;
    }

    boolean isOfRedis() {
        return ofRedis;
    }

    /** Whether it needs the network, which heals as a whole. */
    boolean cutsCables() {
        return switch (this) {
            case REDIS_ISOLATED, REDIS_STALE_PROMOTION, NODE_WITHOUT_REDIS, NODE_ALONE -> true;
            case REDIS_KILL,
                    REDIS_RESTART,
                    REDIS_RESTART_EMPTY,
                    REDIS_HANG,
                    REDIS_FAILOVER,
                    BUS_CUT,
                    SCRIPTS_FLUSHED,
                    NODE_KILL,
                    NODE_HANG ->
                    false;
        };
    }

    int minMs() {
        return minMs;
    }

    int maxMs() {
        return maxMs;
    }
}
