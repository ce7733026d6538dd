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

    private static final Made NOTHING = new Made(null, 0);

    private final FrameWriter writer;
    private final SessionCounters counters;
    private final @Nullable Made[] made = new Made[KINDS];
    private final List<EncodedMessage> messages = new ArrayList<>();
    private List<Delivery> deliveries = List.of();
    private long delivered;

    /** A frame and how many messages are in it. */
    private record Made(@Nullable Frame frame, int messages) {}

    Dispatch(FrameWriter writer, SessionCounters counters) {
        this.writer = writer;
        this.counters = counters;
    }

    void begin(List<Delivery> pending) {
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
        if (ready.frame != null) {
            member.connection.push(ready.frame, member.channel.options());
            delivered += ready.messages;
        }
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
        int most = options.writeMaxMessages() > 0 ? options.writeMaxMessages() : Integer.MAX_VALUE;
        Frame frame = writer.write(form, messages, most);
        if (publications && options.slowConsumer().drops()) {
            frame.droppable(member.channel, messages.size());
            keepNewest(frame, form, member.channel, options);
        }
        var result = new Made(frame, messages.size());
        messages.clear();
        return result;
    }

    private void keepNewest(
            Frame frame, WireForm form, ChannelSubscribers of, ChannelOptions options) {
        if (options.slowConsumer() == SlowConsumer.LATEST && messages.size() > 1) {
            Frame newest = writer.write(form, List.of(messages.getLast()));
            newest.droppable(of, 1);
            frame.newest(newest);
        }
    }
}
