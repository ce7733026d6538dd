package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
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

    /** Messages of one frame that is dropped or kept as a whole, in bytes. */
    private static final int DROPPABLE_BYTES = 16 * 1024;

    private static final Made NOTHING = new Made(List.of(), 0);

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

    /** The lane they go in. */
    private Priority lane = Priority.NORMAL;

    /** Whether publications may be dropped. */
    private boolean drops;

    /** The channel had publications in this batch already. */
    private boolean again;

    private long batch;

    /** Frames and how many messages are in them. */
    private record Made(List<Frame> frames, int messages) {}

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

    /**
     * @param pending not empty; all have the same priority
     */
    void begin(ChannelSubscribers channel, List<Delivery> pending) {
        all.deliveries = pending;
        Priority own = pending.getFirst().priority();
        lane = own != null ? own : channel.options().priority();
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
        if (variant != PLAIN && last != null && !ready.frames.isEmpty()) {
            member.base = waits(member) ? Delivery.NONE : last.id();
        }
        for (int i = 0; i < ready.frames.size(); i++) {
            member.connection.push(ready.frames.get(i), member.channel.options(), lane);
        }
        delivered += ready.messages;
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
            if (delivery.onlyForJoinLeave() || delivery.passes(group.filter)) {
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
        messages.clear();
        all.deliveries = List.of();
        first = null;
        last = null;
        judged.forEach(group -> group.parcel = null);
        judged.clear();
        counters.delivered.add(delivered);
        counters.sent.add(delivered);
    }

    private Made make(Parcel parcel, int variant, Membership member) {
        List<Delivery> wanted = wanted(parcel, member);
        if (wanted.isEmpty()) {
            return NOTHING;
        }
        boolean publications = !wanted.getFirst().onlyForJoinLeave();
        List<Frame> frames =
                drops && publications
                        ? droppable(wanted, variant, member)
                        : List.of(frame(wanted, variant, base(variant, member), member));
        return new Made(frames, wanted.size());
    }

    private static List<Delivery> wanted(Parcel parcel, Membership member) {
        if (member.joinLeave) {
            return parcel.deliveries;
        }
        return parcel.deliveries.stream().filter(d -> !d.onlyForJoinLeave()).toList();
    }

    private static long base(int variant, Membership member) {
        return variant == CHAINED ? member.base : Delivery.NONE;
    }

    /**
     * All in one frame.
     *
     * @param before the publication that the first delta may build on, {@link Delivery#NONE} for
     *     none
     */
    private Frame frame(List<Delivery> deliveries, int variant, long before, Membership member) {
        WireForm form = member.connection.form();
        long base = before;
        for (Delivery delivery : deliveries) {
            if (delivery.onlyForJoinLeave()) {
                messages.add(delivery.in(form, DataForm.VALUE));
            } else {
                messages.add(delivery.in(form, data(delivery, variant, base)));
                base = delivery.id();
            }
        }
        int most = member.channel.options().writeMaxMessages();
        Frame frame = writer.write(form, messages, most > 0 ? most : Integer.MAX_VALUE);
        messages.clear();
        return frame;
    }

    private static DataForm data(Delivery publication, int variant, long base) {
        if (variant == PLAIN) {
            return DataForm.VALUE;
        }
        return publication.isDeltaOf(base) ? DataForm.DELTA : DataForm.WHOLE;
    }

    /**
     * Several frames: a large one that has been begun could not be dropped any more. Each but the
     * first begins with a whole publication, since the frame before it may be dropped.
     */
    private List<Frame> droppable(List<Delivery> publications, int variant, Membership member) {
        ChannelSubscribers of = member.channel;
        boolean latest = of.options().slowConsumer() == SlowConsumer.LATEST;
        List<Frame> frames = new ArrayList<>(2);
        for (int next = 0; next < publications.size(); ) {
            int end = endOfDroppable(publications, next, latest, member.connection.form());
            long before = next == 0 ? base(variant, member) : Delivery.NONE;
            Frame frame = frame(publications.subList(next, end), variant, before, member);
            frame.droppable(of, end - next);
            if (latest && end < publications.size()) {
                frame.supersede();
            }
            frames.add(frame);
            next = end;
        }
        return frames;
    }

    /** The newest stands alone where only that one is to wait. */
    private static int endOfDroppable(
            List<Delivery> publications, int first, boolean latest, WireForm form) {
        int size = publications.size();
        int limit = latest ? Math.max(first + 1, size - 1) : size;
        int end = first + 1;
        int bytes = wholeBytes(publications.get(first), form);
        while (end < limit && bytes + wholeBytes(publications.get(end), form) <= DROPPABLE_BYTES) {
            bytes += wholeBytes(publications.get(end), form);
            end++;
        }
        return end;
    }

    private static int wholeBytes(Delivery publication, WireForm form) {
        return publication.in(form, DataForm.VALUE).size();
    }
}
