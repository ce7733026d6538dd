/** Tests of drains and moves, stepped without a clock. */
@NullMarked
package io.hawser.grid.failover;

import org.jspecify.annotations.NullMarked;
