/**
 * What a node knows of one channel's stream: which publications come next, which are missing, when
 * continuity is lost. Pure machines: time and Redis come in as events, what is to be done goes out.
 */
@NullMarked
package io.hawser.grid.stream;

import org.jspecify.annotations.NullMarked;
