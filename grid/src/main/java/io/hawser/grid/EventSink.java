package io.hawser.grid;

import io.hawser.grid.event.EventJson;
import io.hawser.grid.event.Events;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Sink;

/**
 * Takes the cluster's events out of what the broker hands over, before the node that the rest is
 * for. Thread-safe.
 */
final class EventSink implements Sink {
    private final Sink node;
    private final Events events;

    EventSink(Sink node, Events events) {
        this.node = node;
        this.events = events;
    }

    @Override
    public boolean isBehind() {
        return node.isBehind();
    }

    @Override
    public void publication(String channel, Publication publication) {
        node.publication(channel, publication);
    }

    @Override
    public void presence(String channel, PresenceEvent event) {
        node.presence(channel, event);
    }

    @Override
    public void positionLost(String channel) {
        node.positionLost(channel);
    }

    @Override
    public void control(Payload command) {
        if (EventJson.isEvent(command)) {
            events.heard(command);
        } else {
            node.control(command);
        }
    }
}
