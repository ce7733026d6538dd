package io.hawser.grid.simulation;

/** What can happen in a {@link ClusterSimulation} beside the ways of {@link ChannelCounters}. */
enum Branch {
    FORK,
    FORK_WITHOUT_WITNESS,
    NEW_EPOCH_BY_PUBLISH,
    NEW_EPOCH_BY_LESS,
    NEW_EPOCH_BY_ID,
    NEW_EPOCH_BY_TELLING,
    NEW_EPOCH_BY_ORDER,
    DECEIVED_THEN_TOLD,
    STALE_PROMOTION,
    RESTART_WITH_DUMP,
    RESTART_EMPTY,
    HANG,
    TRIM,
    NODE_CRASH,
    NODE_CUT,
    FENCE,
    FENCE_WHILE_JOINING,
    MERGE,
    DEAF_BUS,
    DEAF_BUS_REPLACED,
    BUS_LOSS_UNSEEN,
    BUS_LOSS_SEEN,
    PUBLISH_STORED,
    PUBLISH_UNANSWERED,
    TOLD,
    RECOVERED,
    NOT_RECOVERED,
    SINGLE_FLIGHT
}
