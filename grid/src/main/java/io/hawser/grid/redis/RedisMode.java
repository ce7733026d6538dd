package io.hawser.grid.redis;

/** How many Redis servers a grid has, and who knows which is to be used. */
public enum RedisMode {
    /** One, at a fixed address. */
    STANDALONE,
    /** One master with replicas; Sentinels say which is the master now. */
    SENTINEL,
    /** A Redis Cluster: the servers themselves say who has what. */
    CLUSTER,
    /** Several that know nothing of each other; each channel belongs to one of them by its name. */
    SHARDS
}
