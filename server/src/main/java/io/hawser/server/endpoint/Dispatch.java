package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.SlowConsumer;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.session.SessionCounters;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives one channel's deliveries to its members: the frame for each kind of member is made once,
 * when the first of them comes. One for each I/O thread; confined to it.
 */
final class Dispatch {
    /** With joins and leaves, and without. */
    private static final int KINDS = 2 * WireForm.COUNT;

    /** Messages of one frame that is dropped or kept as a whole, in bytes. */
    private static final int DROPPABLE_BYTES = 16 * 1024;

    private static final Made NOTHING = new Made(List.of(), 0);

    private final FrameWriter writer;
    private final SessionCounters counters;
    private final @Nullable Made[] made = new Made[KINDS];
    private final List<EncodedMessage> messages = new ArrayList<>();
    private List<Delivery> deliveries = List.of();
    private long delivered;

    /** Frames and how many messages are in them. */
    private record Made(List<Frame> frames, int messages) {}

    Dispatch(FrameWriter writer, SessionCounters counters) {
        this.writer = writer;
        this.counters = counters;
    }

    void begin(List<Delivery> pending) {
        Arrays.fill(made, null);
        messages.clear();
        deliveries = pending;
        delivered = 0;
    }

    void give(Membership member) {
        WireForm form = member.connection.form();
        int kind = 2 * form.index() + (member.joinLeave ? 1 : 0);
        Made ready = made[kind];
        if (ready == null) {
            ready = make(form, member);
            made[kind] = ready;
        }
        for (int i = 0; i < ready.frames.size(); i++) {
            member.connection.push(ready.frames.get(i), member.channel.options());
        }
        delivered += ready.messages;
    }

    void end() {
        Arrays.fill(made, null);
        messages.clear();
        deliveries = List.of();
        counters.delivered.add(delivered);
        counters.sent.add(delivered);
    }

    private Made make(WireForm form, Membership member) {
        boolean publications = false;
        for (Delivery delivery : deliveries) {
            if (member.joinLeave || !delivery.onlyForJoinLeave()) {
                messages.add(delivery.in(form));
                publications |= !delivery.onlyForJoinLeave();
            }
        }
        if (messages.isEmpty()) {
            return NOTHING;
        }
        ChannelOptions options = member.channel.options();
        boolean droppable = publications && options.slowConsumer().drops();
        List<Frame> frames =
                droppable
                        ? droppable(form, member.channel, options)
                        : List.of(writer.write(form, messages, most(options)));
        var result = new Made(frames, messages.size());
        messages.clear();
        return result;
    }

    private static int most(ChannelOptions options) {
        return options.writeMaxMessages() > 0 ? options.writeMaxMessages() : Integer.MAX_VALUE;
    }

    /** Several frames: a large one that has been begun could not be dropped any more. */
    private List<Frame> droppable(WireForm form, ChannelSubscribers of, ChannelOptions options) {
        boolean latest = options.slowConsumer() == SlowConsumer.LATEST;
        List<Frame> frames = new ArrayList<>(2);
        for (int next = 0; next < messages.size(); ) {
            int end = endOfDroppable(next, latest);
            Frame frame = writer.write(form, messages.subList(next, end), most(options));
            frame.droppable(of, end - next);
            if (latest && end < messages.size()) {
                frame.supersede();
            }
            frames.add(frame);
            next = end;
        }
        return frames;
    }

    /** The newest stands alone where only that one is to wait. */
    private int endOfDroppable(int first, boolean latest) {
        int limit = latest ? Math.max(first + 1, messages.size() - 1) : messages.size();
        int end = first + 1;
        int bytes = messages.get(first).size();
        while (end < limit && bytes + messages.get(end).size() <= DROPPABLE_BYTES) {
            bytes += messages.get(end).size();
            end++;
        }
        return end;
    }
}
