/** Sending clients away at a pace, and telling HAProxy how many are welcome. */
@NullMarked
package io.hawser.server.drain;

import org.jspecify.annotations.NullMarked;
