package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.session.SlowConsumer;
import io.hawser.server.uring.Descriptors;
import io.hawser.server.uring.SendRing;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection's way out. What is sent within a batch of the I/O thread leaves in one write at its
 * end; what the socket does not take waits in a queue of bounded size. Confined to the I/O thread.
 */
final class Outbox {
    /** A reply of this size has a frame of its own, in bytes. */
    private static final int LARGE_REPLY = 16 * 1024;

    private final WireForm form;
    private final Wire wire;
    private final IoLoop loop;
    private final Memberships memberships;

    /** Replies of this batch that are not in a frame yet, all of one lane. */
    private @Nullable List<EncodedMessage> replies;

    private Priority repliesLane = Priority.NORMAL;

    /** The only frame that waits, whole; null if none or several do. */
    private @Nullable Frame single;

    private Priority singlePriority = Priority.NORMAL;

    private @Nullable OutQueue queue;
    private boolean corked;

    /** The socket is full: it says when to go on. */
    private boolean blocked;

    Outbox(WireForm form, Wire wire, IoLoop loop, Memberships memberships) {
        this.form = form;
        this.wire = wire;
        this.loop = loop;
        this.memberships = memberships;
    }

    // In

    /** A reply or push, in the lane of what it is about. */
    void reply(EncodedMessage message, Priority lane) {
        boolean alone = message.size() >= LARGE_REPLY;
        if (alone || lane != repliesLane) {
            sealReplies();
        }
        if (replies == null) {
            replies = new ArrayList<>(2);
        }
        replies.add(message);
        repliesLane = lane;
        if (alone) {
            sealReplies();
        }
    }

    /**
     * What a channel's subscribers get.
     *
     * @param wanted the lane it is to go in
     */
    void push(Frame frame, ChannelOptions options, Priority wanted) {
        sealReplies();
        Priority lane = lane(options.priority(), wanted);
        ChannelSubscribers droppableBy = frame.droppableBy();
        if (waits()
                && droppableBy != null
                && options.slowConsumer() == ChannelOptions.SlowConsumer.LATEST) {
            enqueueNewest(frame, droppableBy, lane);
        } else {
            enqueue(frame, lane);
        }
    }

    /** Perhaps the reply that waits is the one to the channel's subscribe: nothing overtakes it. */
    private Priority lane(Priority ofChannel, Priority wanted) {
        return wanted.isAbove(ofChannel) && replyWaits() ? ofChannel : wanted;
    }

    private boolean replyWaits() {
        return single != null ? single.isReply() : queue != null && queue.hasReplies();
    }

    /** A frame that belongs to no channel. */
    void frame(Frame frame) {
        sealReplies();
        enqueue(frame, Priority.NORMAL);
    }

    /** True if what comes now cannot leave with this batch. */
    boolean waits() {
        return blocked || corked;
    }

    private void enqueueNewest(Frame frame, ChannelSubscribers channel, Priority priority) {
        if (frame.isSuperseded()) {
            queue().lost(frame, this::lost);
        } else {
            queue().dropOf(channel, this::lost);
            enqueue(frame, priority);
        }
    }

    private void lost(Frame frame) {
        loop.counters().dropped.add(frame.publications());
        memberships.lost(frame.droppableBy());
    }

    private void sealReplies() {
        List<EncodedMessage> messages = replies;
        if (messages != null) {
            replies = null;
            Frame frame = loop.writer().write(form, messages);
            frame.reply();
            enqueue(frame, repliesLane);
        }
    }

    private void enqueue(Frame frame, Priority priority) {
        if (waits()) {
            frame.retain();
        }
        if (queue == null && single == null && !waits()) {
            single = frame;
            singlePriority = priority;
        } else {
            queue().add(frame, priority);
        }
    }

    /** The queue, with what waited alone. */
    private OutQueue queue() {
        OutQueue waiting = queue;
        if (waiting == null) {
            waiting = loop.borrowQueue();
            queue = waiting;
            if (single != null) {
                waiting.add(single, singlePriority);
                single = null;
            }
        }
        return waiting;
    }

    /** Nothing leaves until {@link #uncork}. */
    void cork() {
        corked = true;
        if (single != null) {
            single.retain();
        }
        if (queue != null) {
            queue.retain();
        }
    }

    /** Sends {@code first}, then what was held back. */
    void uncork(EncodedMessage first) {
        sealReplies();
        corked = false;
        Frame head = loop.writer().write(form, List.of(first));
        if (blocked) {
            head.retain();
        }
        queue().addFirst(head);
    }

    // Out

    /** The socket takes bytes again; {@link #flush} has to follow. */
    void writable() {
        sealReplies(); // retained, since it comes while the socket is still blocked
        blocked = false;
    }

    /** Writes what the socket takes, keeps the rest. */
    void flush() throws IOException {
        sealReplies();
        if (!blocked && !corked) {
            write();
        }
    }

    /** Drops what may be dropped; false if more waits even so than may. */
    boolean bound(OutLimits limits) {
        OutQueue waiting = queue;
        if (waiting == null) {
            return true;
        }
        int maxBytes = limits.maxQueueBytes();
        if (limits.shedding().isOn()) {
            waiting.dropLowUntil(
                    maxBytes / Shedding.SHARE,
                    frame -> {
                        limits.shedding().deliveries.add(frame.publications());
                        lost(frame);
                    });
        }
        waiting.dropUntil(maxBytes, this::lost);
        return waiting.lasting() <= maxBytes;
    }

    private void write() throws IOException {
        if (single != null) {
            writeSingle(single);
        } else if (queue != null) {
            writeQueue(queue);
        }
    }

    /**
     * Adds what waits to the ring, if the kernel can read all of it in place; {@link #sent} has to
     * follow, before anything else. False if {@link #flush} has to.
     */
    boolean offer(SendRing ring) {
        sealReplies();
        int descriptor = wire.descriptor();
        if (waits() || descriptor == Descriptors.NONE) {
            return false;
        }
        if (single != null) {
            return offerSingle(ring, descriptor, single);
        }
        return queue != null && offerQueue(ring, descriptor, queue);
    }

    private static boolean offerSingle(SendRing ring, int descriptor, Frame frame) {
        if (!frame.isInPlace()) {
            return false;
        }
        ring.add(descriptor, frame.address(), frame.size());
        return true;
    }

    private boolean offerQueue(SendRing ring, int descriptor, OutQueue waiting) {
        if (waiting.begun() > 0) {
            return false;
        }
        Frame[] frames = loop.gatherFrames();
        int count = waiting.gather(frames);
        long offered = 0;
        boolean fits = true;
        for (int i = 0; i < count && fits; i++) {
            fits = frames[i].isInPlace() && ring.piece(frames[i].address(), frames[i].size());
            offered += frames[i].size();
        }
        if (!fits || offered < waiting.bytes()) {
            ring.forgetPieces();
            waiting.wrote(0);
            return false;
        }
        ring.addPieces(descriptor);
        return true;
    }

    /** What the ring had of it has left as far as the socket took it. */
    void sent(int written) {
        if (single != null) {
            wrote(single, written);
        } else if (queue != null) {
            wrote(queue, queue.bytes(), written);
            if (!blocked) {
                giveBack(queue);
                queue = null;
            }
        }
    }

    private void writeSingle(Frame frame) throws IOException {
        wrote(frame, wire.write(frame.from(0)));
    }

    private void wrote(Frame frame, int written) {
        single = null;
        if (written < frame.size()) {
            OutQueue rest = loop.borrowQueue();
            if (written == 0 && !wire.announcedNext()) {
                rest.add(frame, singlePriority);
            } else {
                rest.addFirst(frame);
                rest.wrote(written);
            }
            queue = rest;
            block();
        }
    }

    private void writeQueue(OutQueue waiting) throws IOException {
        Frame[] frames = loop.gatherFrames();
        ByteBuffer[] buffers = loop.gatherBuffers();
        while (!waiting.isEmpty()) {
            int begun = waiting.begun();
            int count = waiting.gather(frames);
            long offered = -begun;
            for (int i = 0; i < count; i++) {
                buffers[i] = frames[i].from(i == 0 ? begun : 0);
                offered += frames[i].size();
            }
            wrote(waiting, offered, wire.write(buffers, count));
            if (blocked) {
                return;
            }
        }
        queue = null;
        giveBack(waiting);
    }

    private void wrote(OutQueue waiting, long offered, long written) {
        if (wire.announcedNext()) {
            waiting.wroteAndBegan(written);
        } else {
            waiting.wrote(written);
        }
        if (written < offered) {
            block();
        }
    }

    private void giveBack(OutQueue done) {
        if (done.blockedSinceMs() != 0) {
            loop.counters().slow.decrement();
        }
        loop.giveBack(done);
    }

    private void block() {
        blocked = true;
        memberships.forgetBases();
        if (queue != null && queue.blockedSinceMs() == 0) {
            // Later on everything is retained when it is added.
            queue.retain();
            queue.dropSuperseded(this::lost);
            queue.blocked(System.currentTimeMillis());
            loop.counters().slow.increment();
        }
        wire.awaitWritable();
    }

    /** Null while the socket takes all that is sent. */
    @Nullable SlowConsumer slow(String client, String user, String address) {
        OutQueue waiting = queue;
        return waiting == null || !blocked
                ? null
                : new SlowConsumer(
                        client,
                        user,
                        address,
                        waiting.blockedSinceMs(),
                        waiting.bytes(),
                        waiting.dropped(),
                        memberships.policies());
    }

    /** Bytes that the socket has not taken yet. */
    long waitingBytes() {
        if (queue != null) {
            return queue.bytes();
        }
        return single == null ? 0 : single.size();
    }

    boolean isDrained() {
        return single == null && queue == null && replies == null;
    }

    // End

    /**
     * Nothing comes after this.
     *
     * @param goodbye the last bytes, null for none
     */
    void end(byte @Nullable [] goodbye) {
        if (corked) {
            uncorkForEnd();
        }
        sealReplies();
        if (goodbye != null) {
            queue().addLast(Frame.of(goodbye));
        }
    }

    /** No connect reply comes, so that nothing which belongs behind it may go. */
    private void uncorkForEnd() {
        corked = false;
        if (queue != null && !blocked) {
            giveBack(queue);
            queue = null;
        }
    }

    /** The socket is gone. */
    void release() {
        replies = null;
        single = null;
        if (queue != null) {
            giveBack(queue);
            queue = null;
        }
    }
}
