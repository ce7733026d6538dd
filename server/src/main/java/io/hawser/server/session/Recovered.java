package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.SentPublication;
import io.hawser.server.protocol.SentPublication.DataForm;

import java.util.ArrayList;
import java.util.List;

/** What was missed, as one subscriber is to get it. Stateless. */
final class Recovered {
    /** Bytes that are searched for what they share, since this runs on an I/O thread. */
    private static final int MAX_SEARCHED_BYTES = 512 * 1024;

    private Recovered() {}

    /**
     * The publications of {@code missed} that are selected, the first one never as a delta.
     *
     * @param deltas those made for others who missed the same
     */
    static List<SentPublication> of(
            String channel, List<Publication> missed, Selection selection, RecoveredDeltas deltas) {
        if (missed.isEmpty()) {
            return List.of();
        }
        if (selection.delta()) {
            return chained(channel, missed, deltas);
        }
        TagFilter filter = selection.filter();
        return missed.stream()
                .filter(publication -> filter == null || filter.matches(publication.tags()))
                .map(SentPublication::plain)
                .toList();
    }

    private static List<SentPublication> chained(
            String channel, List<Publication> missed, RecoveredDeltas deltas) {
        List<SentPublication> chain = new ArrayList<>(missed.size());
        int searched = 0;
        Payload before = null;
        for (Publication publication : missed) {
            Payload data = publication.data();
            Payload delta = Payload.EMPTY;
            if (before != null) {
                Payload known = deltas.find(channel, publication.offset(), before, data);
                int bytes = before.size() + data.size();
                if (known != null) {
                    delta = known;
                } else if (searched + bytes <= MAX_SEARCHED_BYTES) {
                    searched += bytes;
                    delta = deltas.make(channel, publication.offset(), before, data);
                }
            }
            chain.add(sent(publication, delta));
            before = data;
        }
        return chain;
    }

    private static SentPublication sent(Publication publication, Payload delta) {
        return delta.isEmpty()
                ? new SentPublication(publication, DataForm.WHOLE)
                : new SentPublication(publication.withData(delta), DataForm.DELTA);
    }
}
