package io.hawser.grid.scaling;

import java.util.List;

/**
 * What is known of scaling on one node. Immutable, thread-safe.
 *
 * @param coordinator true if this node decides; on others the figures are empty
 * @param figures of the last step
 * @param held why the last step did not do what the figures called for; empty if nothing was held
 * @param decisions of the cluster, newest first
 */
public record ScalingStatus(
        boolean coordinator, ScalingFigures figures, String held, List<ScalingDecision> decisions) {
    /** Of a node on which scaling is off or has not begun. */
    public static final ScalingStatus NONE =
            new ScalingStatus(false, ScalingFigures.NONE, "", List.of());

    public ScalingStatus {
        decisions = List.copyOf(decisions);
    }
}
