package io.hawser.grid.bus;

import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;

/** What messages of the bus are to a channel. Thread-safe. */
final class BusEvents {
    private static final Logger log = LoggerFactory.getLogger(BusEvents.class);

    private final StreamMemory memory;

    /**
     * @param memory gets to know the positions that are seen, and what cannot be read
     */
    BusEvents(StreamMemory memory) {
        this.memory = memory;
    }

    /** In their order. A frame that cannot be read makes the channel look into the stream. */
    List<ChannelEvent> of(String channel, byte[] message) {
        try {
            BusFrame.Placed placed = BusFrame.decodeMessage(message);
            return switch (placed.body()) {
                case BusFrame.Body.Message body ->
                        List.of(arrived(channel, placed.position(), body.publication()));
                case BusFrame.Body.Batch batch ->
                        all(channel, placed.position().epoch(), batch.publications());
                case BusFrame.Body.Presence body ->
                        List.of(new ChannelEvent.PresenceArrived(body.event()));
                case BusFrame.Body.Renewed renewed -> List.of(new ChannelEvent.Suspected());
                case BusFrame.Body.Control body ->
                        throw new BusFrameException("a control command in a channel");
            };
        } catch (BusFrameException e) {
            memory.unreadable().increment();
            log.warn("message in {} cannot be read: {}", channel, e.getMessage());
            return List.of(new ChannelEvent.Suspected());
        }
    }

    private List<ChannelEvent> all(String channel, String epoch, List<Publication> publications) {
        List<ChannelEvent> events = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            var position = new StreamPosition(publication.offset(), epoch);
            events.add(arrived(channel, position, publication));
        }
        return events;
    }

    private ChannelEvent arrived(String channel, StreamPosition position, Publication publication) {
        memory.seen().saw(channel, position, publication.id());
        return new ChannelEvent.PublicationArrived(position, publication);
    }
}
