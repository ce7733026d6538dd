package io.hawser.grid.scaling;

/**
 * Hears of this node's own decisions: those that it made as the coordinator, each once. What other
 * coordinators decide is not told here. Must not block.
 */
@FunctionalInterface
public interface ScalingListener {
    /** The decision is on record in the cluster, and is to be carried out. */
    void decided(ScalingDecision decision);
}
