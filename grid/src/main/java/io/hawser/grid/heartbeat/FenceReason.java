package io.hawser.grid.heartbeat;

/** Why a node must not serve. */
public enum FenceReason {
    /** It stood still for longer than the others may have waited; they are asked. */
    PAUSED,
    /** It hears neither a majority nor the store. */
    ISOLATED,
    /** The store has granted the other half's claim. */
    OUTVOTED,
    /** The others have given this life up, as they say or the store shows. */
    EVICTED;

    /** False while it may turn out that the node never was given up. */
    public boolean isFinal() {
        return this != PAUSED;
    }
}
