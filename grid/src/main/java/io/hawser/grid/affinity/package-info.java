/** Which node a client belongs to, and what of a session outlives its connection. */
@NullMarked
package io.hawser.grid.affinity;

import org.jspecify.annotations.NullMarked;
