package io.hawser.grid.fuzz;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** What a decoder may allocate. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /**
     * Fails if reading allocates more than {@code maxBytes}.
     *
     * @param reading has been done once already, so it loads no classes any more
     */
    public static void check(long maxBytes, Runnable reading) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        reading.run();
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > maxBytes) {
            throw new AssertionError(allocated + " bytes allocated, not " + maxBytes + " at most");
        }
    }
}
