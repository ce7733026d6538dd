package io.hawser.cli.client;

import io.hawser.grid.pubsub.StreamPosition;

import java.util.HashMap;
import java.util.Map;

/**
 * Proves by offsets that a client has received everything: feed it every event of one client. Not
 * thread-safe; a client's events come one at a time.
 */
public final class SequenceCheck {
    private final Map<String, StreamPosition> positions = new HashMap<>();
    private long received;
    private long missing;
    private long repeated;
    private long lostStreams;

    /** Takes the next event of the client. */
    public void accept(ClientEvent event) {
        switch (event) {
            case ClientEvent.Subscribed subscribed -> subscribed(subscribed);
            case ClientEvent.Received publication -> received(publication);
            case ClientEvent.Connected _,
                    ClientEvent.Unsubscribed _,
                    ClientEvent.Disconnected _,
                    ClientEvent.Ended _ -> {}
        }
    }

    private void subscribed(ClientEvent.Subscribed event) {
        StreamPosition top = event.position();
        StreamPosition mine = positions.get(event.channel());
        if (mine != null && event.recovered()) {
            return; // the publications that follow carry the position on
        }
        if (mine != null && !mine.epoch().equals(top.epoch())) {
            lostStreams++;
        } else if (mine != null) {
            missing += Math.max(0, top.offset() - mine.offset());
        }
        positions.put(event.channel(), top);
    }

    private void received(ClientEvent.Received event) {
        received++;
        StreamPosition mine = positions.get(event.channel());
        if (event.offset() == 0 || mine == null) {
            return;
        }
        long step = event.offset() - mine.offset();
        if (step <= 0) {
            repeated++;
            return;
        }
        missing += step - 1;
        positions.put(event.channel(), new StreamPosition(event.offset(), mine.epoch()));
    }

    /** Publications received, repeated ones included. */
    public long received() {
        return received;
    }

    /** Publications that were skipped or could not be recovered. */
    public long missing() {
        return missing;
    }

    /** Publications that came twice or out of order. */
    public long repeated() {
        return repeated;
    }

    /** How often a stream began anew, so that nobody can say how much is missing. */
    public long lostStreams() {
        return lostStreams;
    }

    /** Whether everything came once and in order. */
    public boolean complete() {
        return missing == 0 && repeated == 0 && lostStreams == 0;
    }
}
