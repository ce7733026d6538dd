/** Tests of deltas. */
@NullMarked
package io.hawser.server.delta;

import org.jspecify.annotations.NullMarked;
