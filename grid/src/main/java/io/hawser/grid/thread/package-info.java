/** Which threads go first. */
@NullMarked
package io.hawser.grid.thread;

import org.jspecify.annotations.NullMarked;
