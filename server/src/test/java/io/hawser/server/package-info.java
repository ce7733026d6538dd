/** Whole nodes, in this process. */
@NullMarked
package io.hawser.server;

import org.jspecify.annotations.NullMarked;
