/** What happens in the cluster, told once to all nodes and to whoever listens. */
@NullMarked
package io.hawser.grid.event;

import org.jspecify.annotations.NullMarked;
