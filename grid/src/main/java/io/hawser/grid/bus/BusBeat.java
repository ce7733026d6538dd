package io.hawser.grid.bus;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells whether one pub/sub connection hears what is published: a number is published again and
 * again to a name of the connection's own, and must come back over it. A connection may answer each
 * PING and still be deaf, at the wrong server for one. Thread-safe; time is passed in.
 *
 * <p>Only a beat that Redis has taken counts, so a store that cannot be reached says nothing about
 * the connection. One that hears other messages is merely behind, and gets more time.
 */
public final class BusBeat {
    /** From a beat that Redis took, to the verdict, if nothing at all is heard. */
    static final long DEAF_AFTER_MS = 2500;

    /** The same if other messages are heard. */
    static final long BEHIND_AFTER_MS = 15_000;

    private final String name;
    private final AtomicLong messages = new AtomicLong();
    private long sent;
    private long taken;
    private long heard;

    /** A beat that was taken has not been heard. */
    private boolean missing;

    private long missedSinceMs;
    private long messagesThen;

    /**
     * @param name on which the beats are published; nobody else's
     */
    public BusBeat(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The next one to publish. */
    public synchronized byte[] next() {
        return ByteBuffer.allocate(Long.BYTES).putLong(++sent).array();
    }

    /** Redis has taken the beat. */
    public synchronized void taken(byte[] beat, long nowMs) {
        taken = Math.max(taken, number(beat));
        if (taken > heard && !missing) {
            miss(nowMs);
        }
    }

    private void miss(long nowMs) {
        missing = true;
        missedSinceMs = nowMs;
        messagesThen = messages.get();
    }

    /** The connection brought a beat. */
    public synchronized void beatHeard(byte[] beat, long nowMs) {
        heard = Math.max(heard, number(beat));
        missing = false;
        if (taken > heard) {
            miss(nowMs);
        }
    }

    /** The connection brought any other message. */
    public void messageHeard() {
        messages.incrementAndGet();
    }

    /** True if the connection must be replaced. */
    public synchronized boolean isDeaf(long nowMs) {
        if (!missing) {
            return false;
        }
        boolean silent = messages.get() == messagesThen;
        return nowMs - missedSinceMs >= (silent ? DEAF_AFTER_MS : BEHIND_AFTER_MS);
    }

    private static long number(byte[] beat) {
        return beat.length < Long.BYTES ? 0 : ByteBuffer.wrap(beat).getLong();
    }
}
