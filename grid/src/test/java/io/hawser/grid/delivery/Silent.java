package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Sink;

/** Nobody is subscribed where positions are tested. */
final class Silent implements Sink {
    @Override
    public void publication(String channel, Publication publication) {
        throw new IllegalStateException("nobody is subscribed to " + channel);
    }

    @Override
    public void presence(String channel, PresenceEvent event) {
        throw new IllegalStateException("nobody is subscribed to " + channel);
    }

    @Override
    public void positionLost(String channel) {
        throw new IllegalStateException("nobody is subscribed to " + channel);
    }

    @Override
    public void control(Payload command) {
        // Not for positions.
    }
}
