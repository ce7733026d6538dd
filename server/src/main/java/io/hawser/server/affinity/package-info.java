/** Ties sessions to the grid's affinity: where clients belong, and what is kept for them. */
@NullMarked
package io.hawser.server.affinity;

import org.jspecify.annotations.NullMarked;
