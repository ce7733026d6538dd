/** What passes, whatever somebody sets the clock of a host to. */
@NullMarked
package io.hawser.grid.time;

import org.jspecify.annotations.NullMarked;
