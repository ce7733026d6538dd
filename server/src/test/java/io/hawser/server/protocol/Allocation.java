package io.hawser.server.protocol;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** What may be allocated for bytes from outside: no more than they could need. */
public final class Allocation {
    /** Buffers that a parser makes for itself, however short the input. */
    private static final long MAX_FIXED_BYTES = 256 * 1024;

    /** The costliest input is an empty message of one byte, which becomes a command. */
    private static final long MAX_BYTES_PER_BYTE = 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /**
     * Fails if reading allocates out of proportion.
     *
     * @param bytes length of the input, or what its result may take if that is more
     * @param reading has been done once already, so it loads no classes any more
     */
    public static void check(long bytes, Runnable reading) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        reading.run();
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MAX_FIXED_BYTES + MAX_BYTES_PER_BYTE * bytes) {
            throw new AssertionError(allocated + " bytes allocated for " + bytes);
        }
    }
}
