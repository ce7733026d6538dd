package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.SlowConsumer;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.SentPublication.DataForm;
import io.hawser.server.session.SessionCounters;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives one channel's deliveries to its members: the frame for each kind of member is made once,
 * when the first of them comes. One for each I/O thread; confined to it.
 *
 * <p>Where publications may be dropped for slow clients, no delta ever follows a dropped
 * publication that it builds on: what may be dropped is a whole frame, and the first publication of
 * a frame is a delta only if everything before it has been taken by the socket. That is so if the
 * connection does not wait and the frame is the channel's first of the batch. When the socket then
 * does not take the frame, the member's base is forgotten.
 */
final class Dispatch {
    /** With joins and leaves, and without. */
    private static final int PLAIN_KINDS = 2 * WireForm.COUNT;

    /** Every kind as it is; for delta, the first publication whole; and that one a delta too. */
    private static final int KINDS = 3 * PLAIN_KINDS;

    private static final int PLAIN = 0;
    private static final int WHOLE_FIRST = PLAIN_KINDS;
    private static final int CHAINED = 2 * PLAIN_KINDS;

    private static final Made NOTHING = new Made(null, 0);

    private final FrameWriter writer;
    private final SessionCounters counters;
    private final Parcel all = new Parcel();
    private final Parcel nothing = new Parcel();
    private final List<FilterGroup> judged = new ArrayList<>(0);
    private final List<EncodedMessage> messages = new ArrayList<>();
    private long delivered;

    /** The first and the last publication; null if there is none. */
    private @Nullable Delivery first;

    private @Nullable Delivery last;

    /** Whether publications may be dropped. */
    private boolean drops;

    /** The channel had publications in this batch already. */
    private boolean again;

    private long batch;

    /** A frame and how many messages are in it. */
    private record Made(@Nullable Frame frame, int messages) {}

    /** Some deliveries, and the frames made of them so far. */
    static final class Parcel {
        private List<Delivery> deliveries = List.of();
        private final @Nullable Made[] made = new Made[KINDS];
    }

    Dispatch(FrameWriter writer, SessionCounters counters) {
        this.writer = writer;
        this.counters = counters;
    }

    /** Everything given so far has been offered to the sockets. */
    void endBatch() {
        batch++;
    }

    void begin(ChannelSubscribers channel, List<Delivery> pending) {
        all.deliveries = pending;
        delivered = 0;
        drops = channel.options().slowConsumer().drops();
        for (Delivery delivery : pending) {
            if (!delivery.onlyForJoinLeave()) {
                first = first == null ? delivery : first;
                last = delivery;
            }
        }
        again = first != null && channel.publishedIn(batch);
    }

    void give(Membership member) {
        Parcel parcel = member.group == null ? all : parcel(member.group);
        int variant = member.delta ? variant(member) : PLAIN;
        int kind = variant + 2 * member.connection.form().index() + (member.joinLeave ? 1 : 0);
        Made ready = parcel.made[kind];
        if (ready == null) {
            ready = make(parcel, variant, member);
            parcel.made[kind] = ready;
        }
        if (ready.frame != null) {
            if (variant != PLAIN && last != null) {
                member.base = waits(member) ? Delivery.NONE : last.id();
            }
            member.connection.push(ready.frame, member.channel.options());
            delivered += ready.messages;
        }
    }

    /** True if it may lose what it is given now. */
    private boolean waits(Membership member) {
        return drops && member.connection.waits();
    }

    private int variant(Membership member) {
        if (first == null) {
            return PLAIN;
        }
        boolean follows = first.isDeltaOf(member.base) && !(drops && again) && !waits(member);
        return follows ? CHAINED : WHOLE_FIRST;
    }

    private Parcel parcel(FilterGroup group) {
        Parcel parcel = group.parcel;
        if (parcel == null) {
            parcel = judge(group);
            group.parcel = parcel;
            judged.add(group);
        }
        return parcel;
    }

    /** One parcel is shared by all groups that everything passes. */
    private Parcel judge(FilterGroup group) {
        List<Delivery> passing = new ArrayList<>(all.deliveries.size());
        for (Delivery delivery : all.deliveries) {
            if (delivery.onlyForJoinLeave() || group.filter.matches(delivery.tags())) {
                passing.add(delivery);
            }
        }
        if (passing.size() == all.deliveries.size()) {
            return all;
        }
        if (passing.isEmpty()) {
            return nothing;
        }
        Parcel parcel = new Parcel();
        parcel.deliveries = passing;
        return parcel;
    }

    void end() {
        Arrays.fill(all.made, null);
        all.deliveries = List.of();
        first = null;
        last = null;
        judged.forEach(group -> group.parcel = null);
        judged.clear();
        counters.delivered.add(delivered);
        counters.sent.add(delivered);
    }

    private Made make(Parcel parcel, int variant, Membership member) {
        WireForm form = member.connection.form();
        long base = variant == CHAINED ? member.base : Delivery.NONE;
        Delivery newest = null;
        for (Delivery delivery : parcel.deliveries) {
            if (!delivery.onlyForJoinLeave()) {
                messages.add(delivery.in(form, data(delivery, variant, base)));
                base = delivery.id();
                newest = delivery;
            } else if (member.joinLeave) {
                messages.add(delivery.in(form, DataForm.VALUE));
            }
        }
        if (messages.isEmpty()) {
            return NOTHING;
        }
        ChannelOptions options = member.channel.options();
        int most = options.writeMaxMessages() > 0 ? options.writeMaxMessages() : Integer.MAX_VALUE;
        Frame frame = writer.write(form, messages, most);
        if (newest != null && drops) {
            frame.droppable(member.channel, messages.size());
            DataForm alone = variant == PLAIN ? DataForm.VALUE : DataForm.WHOLE;
            keepNewest(frame, form, member.channel, newest.in(form, alone));
        }
        var result = new Made(frame, messages.size());
        messages.clear();
        return result;
    }

    private static DataForm data(Delivery publication, int variant, long base) {
        if (variant == PLAIN) {
            return DataForm.VALUE;
        }
        return publication.isDeltaOf(base) ? DataForm.DELTA : DataForm.WHOLE;
    }

    private void keepNewest(
            Frame frame, WireForm form, ChannelSubscribers of, EncodedMessage message) {
        if (of.options().slowConsumer() == SlowConsumer.LATEST && messages.size() > 1) {
            Frame newest = writer.write(form, List.of(message));
            newest.droppable(of, 1);
            frame.newest(newest);
        }
    }
}
