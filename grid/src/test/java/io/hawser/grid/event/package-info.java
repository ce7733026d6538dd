/** Tests of the cluster's events, stepped without a clock where they can be. */
@NullMarked
package io.hawser.grid.event;

import org.jspecify.annotations.NullMarked;
