/** Who is in a channel, across all nodes. */
@NullMarked
package io.hawser.grid.presence;

import org.jspecify.annotations.NullMarked;
