/**
 * Publish/subscribe across nodes: the {@link io.hawser.grid.pubsub.Broker} port, its adapters, the
 * hub.
 */
@NullMarked
package io.hawser.grid.pubsub;

import org.jspecify.annotations.NullMarked;
