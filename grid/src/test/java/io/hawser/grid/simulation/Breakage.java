package io.hawser.grid.simulation;

/** What is broken on purpose in a {@link ClusterSimulation}, to see that it would notice. */
enum Breakage {
    /** All is well. */
    NONE,

    /** The scripts begin no new epoch, whatever the nodes have seen. */
    SCRIPTS_IGNORE_WITNESSES,

    /** Nodes do not look at ids: neither at those of publications nor at what a read is told. */
    NODES_IGNORE_IDS,

    /** After a reconnect and in the regular check, the position looks as the node knows it. */
    CHECKS_FIND_NOTHING,

    /** What was trimmed is passed over, and the rest numbered on. */
    GAPS_ARE_PAPERED_OVER
}
