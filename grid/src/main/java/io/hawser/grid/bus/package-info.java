/**
 * Publish/subscribe over Redis: {@link io.hawser.grid.bus.RedisBroker}, what it writes there, and
 * how it comes back to the nodes. Knows no other package's keys, and no client.
 */
@NullMarked
package io.hawser.grid.bus;

import org.jspecify.annotations.NullMarked;
