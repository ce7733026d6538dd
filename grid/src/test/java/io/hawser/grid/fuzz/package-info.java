/** Damaged bytes for decoders, and what these may do with them. */
@NullMarked
package io.hawser.grid.fuzz;

import org.jspecify.annotations.NullMarked;
