package io.hawser.grid.scaling;

import io.hawser.grid.scaling.ScalingDecision.Trigger;

/**
 * What the figures call for, before limits and cooldowns are asked. Immutable.
 *
 * @param reason the figure and its threshold, for people
 */
record Wish(Trigger trigger, String reason) {
    boolean up() {
        return trigger != Trigger.LOW_UTILISATION;
    }
}
