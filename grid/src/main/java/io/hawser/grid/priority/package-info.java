/** Lanes for what waits: which goes first, what each still gets, which is refused first. */
@NullMarked
package io.hawser.grid.priority;

import org.jspecify.annotations.NullMarked;
