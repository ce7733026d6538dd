package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.Push.PublicationPush;
import io.hawser.server.protocol.SentPublication;
import io.hawser.server.protocol.SentPublication.DataForm;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One push on its way to all subscribers of a channel: encoded at most once for each form in use,
 * whichever I/O thread needs it first. Thread-safe.
 */
final class Delivery {
    /** Stands for no publication where a {@link Link#id} is asked for. */
    static final long NONE = 0;

    private static final int FORMS = DataForm.values().length * WireForm.MESSAGES;

    private final Push push;
    private final @Nullable Link link;
    private final long sinceNanos = System.nanoTime();
    private final AtomicReferenceArray<@Nullable EncodedMessage> forms;

    /** Null before the first filter is asked that other threads have too. */
    private volatile @Nullable FilterVerdicts verdicts;

    /**
     * A publication's place in the row of those that a channel's delta subscribers get.
     *
     * @param id its number, from 1; each following one has the next
     * @param delta what makes it of the one before; empty if there is none or it would not be
     *     shorter
     */
    record Link(long id, Payload delta) {}

    private Delivery(Push push, @Nullable Link link) {
        this.push = push;
        this.link = link;
        this.forms =
                new AtomicReferenceArray<>(
                        push instanceof PublicationPush ? FORMS : WireForm.MESSAGES);
    }

    /**
     * A publication for everybody.
     *
     * @param link null if there is no subscriber with delta
     */
    static Delivery publication(String channel, Publication publication, @Nullable Link link) {
        return new Delivery(new PublicationPush(channel, publication), link);
    }

    /** A join or leave: goes only to those who asked for them. */
    static Delivery joinLeave(Push push) {
        return new Delivery(push, null);
    }

    boolean onlyForJoinLeave() {
        return !(push instanceof PublicationPush);
    }

    /**
     * If the publication passes a filter, which is asked once for all I/O threads that have it. Of
     * two threads that begin at the same moment one may ask again what the other knows.
     */
    boolean passes(SharedFilter filter) {
        if (!filter.isShared()) {
            return filter.filter.matches(tags());
        }
        FilterVerdicts known = verdicts;
        if (known == null) {
            known = new FilterVerdicts();
            verdicts = known;
        }
        return known.passes(filter, tags());
    }

    /** The publication's; empty for a join or leave. */
    private Map<String, String> tags() {
        return push instanceof PublicationPush pub ? pub.sent().publication().tags() : Map.of();
    }

    /** What takes it out of its channel's order; null if nothing does. */
    @Nullable Priority priority() {
        return push instanceof PublicationPush pub ? pub.sent().publication().priority() : null;
    }

    /** About how many bytes are for each subscriber. At least 100. */
    int approximateBytes() {
        int data = push instanceof PublicationPush pub ? pub.sent().publication().data().size() : 0;
        return 100 + data;
    }

    /** When it was made, on its channel's thread; by {@code nanoTime}. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** The publication's number, or {@link #NONE}. */
    long id() {
        return link == null ? NONE : link.id;
    }

    /** True if there is a delta, and to the publication of this number. */
    boolean isDeltaOf(long id) {
        return link != null && !link.delta.isEmpty() && link.id == id + 1;
    }

    /**
     * The message as a subscriber wants it. Two threads may encode the same form at the same
     * moment; one result is kept.
     *
     * @param data {@link DataForm#VALUE} for a join or leave; a delta only where there is one
     */
    EncodedMessage in(WireForm form, DataForm data) {
        DataForm distinct = distinct(form, data);
        int index = index(form, distinct);
        EncodedMessage encoded = forms.get(index);
        if (encoded != null) {
            return encoded;
        }
        Codec codec = form.codec();
        Push out = as(distinct);
        EncodedMessage fresh = form.unidirectional() ? codec.encodeUni(out) : codec.encode(out);
        EncodedMessage earlier = forms.compareAndExchange(index, null, fresh);
        return earlier != null ? earlier : fresh;
    }

    /** Only JSON shows in a whole publication whether there is delta. */
    private static DataForm distinct(WireForm form, DataForm data) {
        boolean json = form.codec().encoding() == Encoding.JSON;
        return data == DataForm.WHOLE && !json ? DataForm.VALUE : data;
    }

    // The ordinal is an index into arrays of this process; it is never stored or sent.
    @SuppressWarnings("EnumOrdinal")
    private static int index(WireForm form, DataForm data) {
        return data.ordinal() * WireForm.MESSAGES + form.messageIndex();
    }

    private Push as(DataForm data) {
        if (data == DataForm.VALUE || !(push instanceof PublicationPush whole)) {
            return push;
        }
        Publication publication = whole.sent().publication();
        if (data == DataForm.DELTA && link != null) {
            publication = publication.withData(link.delta);
        }
        return new PublicationPush(whole.channel(), new SentPublication(publication, data));
    }
}
