/** Connections to Redis: kept up, probed, pipelined; scripts. */
@NullMarked
package io.hawser.grid.redis;

import org.jspecify.annotations.NullMarked;
