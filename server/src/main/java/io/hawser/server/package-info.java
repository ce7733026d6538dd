/** A node: composition of its parts, start and stop in order. */
@NullMarked
package io.hawser.server;

import org.jspecify.annotations.NullMarked;
