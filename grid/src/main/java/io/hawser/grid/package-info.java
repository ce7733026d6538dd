/** The cluster library. */
@NullMarked
package io.hawser.grid;

import org.jspecify.annotations.NullMarked;
