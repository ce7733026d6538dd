/** When the cluster needs more nodes, or fewer: decided by the coordinator alone. */
@NullMarked
package io.hawser.grid.scaling;

import org.jspecify.annotations.NullMarked;
