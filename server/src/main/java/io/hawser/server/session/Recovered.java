package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.delta.FossilDelta;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.SentPublication;
import io.hawser.server.protocol.SentPublication.DataForm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was missed, as one subscriber is to get it. Stateless. */
final class Recovered {
    /** Bytes that are searched for what they share, since this runs on an I/O thread. */
    private static final int MAX_SEARCHED_BYTES = 512 * 1024;

    private Recovered() {}

    /** The publications of {@code missed} that are selected, the first one never as a delta. */
    static List<SentPublication> of(List<Publication> missed, Selection selection) {
        if (selection.delta()) {
            return chained(missed);
        }
        TagFilter filter = selection.filter();
        return missed.stream()
                .filter(publication -> filter == null || filter.matches(publication.tags()))
                .map(SentPublication::plain)
                .toList();
    }

    private static List<SentPublication> chained(List<Publication> missed) {
        List<SentPublication> chain = new ArrayList<>(missed.size());
        int searched = 0;
        Payload before = null;
        for (Publication publication : missed) {
            Payload data = publication.data();
            SentPublication sent = new SentPublication(publication, DataForm.WHOLE);
            if (before != null && searched + before.size() + data.size() <= MAX_SEARCHED_BYTES) {
                searched += before.size() + data.size();
                Optional<byte[]> delta = FossilDelta.createIfShorter(before.bytes(), data.bytes());
                sent = delta.map(bytes -> sent(publication, bytes)).orElse(sent);
            }
            chain.add(sent);
            before = data;
        }
        return chain;
    }

    private static SentPublication sent(Publication publication, byte[] delta) {
        return new SentPublication(publication.withData(Payload.of(delta)), DataForm.DELTA);
    }
}
