/**
 * Publish/subscribe as the rest sees it: publications, the {@link io.hawser.grid.pubsub.Broker}
 * port, the hub, and the broker of a node that is alone. Knows no Redis.
 */
@NullMarked
package io.hawser.grid.pubsub;

import org.jspecify.annotations.NullMarked;
