/** Which nodes are alive: heartbeats over UDP, and what follows from those that do not come. */
@NullMarked
package io.hawser.grid.heartbeat;

import org.jspecify.annotations.NullMarked;
