package io.hawser.grid.affinity;

import io.hawser.grid.time.SteadyClock;

/**
 * Two clocks, read at once.
 *
 * @param dayMs milliseconds since 1970, by the wall clock, which may be set
 * @param steadyMs milliseconds since 1970, by a {@link SteadyClock}
 */
record Moment(long dayMs, long steadyMs) {}
