package io.hawser.server.endpoint;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Bytes that leave together: one or more whole WebSocket frames, shared by all connections of an
 * I/O thread that get them. Its bytes lie in the thread's {@link Arena} while the batch lasts in
 * which it was made; for a connection that cannot take it at once it has to be {@link #retain
 * retained}. For one thread.
 */
final class Frame {
    private ByteBuffer bytes;
    private final int size;
    private long address;
    private boolean borrowed;
    private boolean retained;

    /** The channel that may lose this frame for a slow client; null if it must reach everybody. */
    private @Nullable ChannelSubscribers droppableBy;

    private int publications;

    private boolean superseded;
    private boolean oneMessage;
    private boolean reply;

    private Frame(ByteBuffer bytes, boolean borrowed) {
        this.bytes = bytes;
        this.size = bytes.limit();
        this.borrowed = borrowed;
    }

    /** One that stays. */
    static Frame of(byte[] bytes) {
        return new Frame(ByteBuffer.wrap(bytes), false);
    }

    /**
     * One whose bytes are the arena's.
     *
     * @param bytes from 0 to its limit, valid until the arena is cleared
     */
    static Frame borrowed(ByteBuffer bytes) {
        return new Frame(bytes, true);
    }

    /**
     * Lets slow clients lose it.
     *
     * @param channel whose publications it holds, and nothing else
     * @param count how many these are
     */
    void droppable(ChannelSubscribers channel, int count) {
        droppableBy = channel;
        publications = count;
    }

    /** A newer frame of the channel follows at once, and only the newest is to wait. */
    void supersede() {
        superseded = true;
    }

    boolean isSuperseded() {
        return superseded;
    }

    /** It holds one message and nothing else. */
    void single() {
        oneMessage = true;
    }

    boolean isOneMessage() {
        return oneMessage;
    }

    /** It holds replies, or pushes for its connection alone. */
    void reply() {
        reply = true;
    }

    boolean isReply() {
        return reply;
    }

    @Nullable ChannelSubscribers droppableBy() {
        return droppableBy;
    }

    /** Publications that are lost with it. */
    int publications() {
        return publications;
    }

    int size() {
        return size;
    }

    /** The bytes from {@code offset} on; the buffer is valid until the next call. */
    ByteBuffer from(int offset) {
        return bytes.limit(size).position(offset);
    }

    /** Whether its bytes lie where the kernel can read them, outside of the heap. */
    boolean isInPlace() {
        return bytes.isDirect();
    }

    /** Where the bytes are, if they are {@link #isInPlace in place}. */
    long address() {
        if (address == 0) {
            address = MemorySegment.ofBuffer(from(0)).address();
        }
        return address;
    }

    /** A connection holds it beyond its batch. */
    void retain() {
        retained = true;
    }

    /** Its batch ends: its bytes are copied if somebody still needs them. */
    void endBatch() {
        if (retained && borrowed) {
            borrowed = false;
            byte[] own = new byte[size];
            bytes.get(0, own);
            bytes = ByteBuffer.wrap(own);
        }
    }
}
