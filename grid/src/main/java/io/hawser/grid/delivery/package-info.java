/** What users have acknowledged: positions that outlive connections and nodes. */
@NullMarked
package io.hawser.grid.delivery;

import org.jspecify.annotations.NullMarked;
