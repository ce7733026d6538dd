package io.hawser.cli.bench;

import com.sun.management.UnixOperatingSystemMXBean;

import java.lang.management.ManagementFactory;

/** How many connections a process can hold. Stateless. */
public final class FileLimit {
    /** Jars, selectors, pipes. */
    private static final int OTHERS = 256;

    private FileLimit() {}

    /** Connections that this process may have, by its limit of open files. */
    public static int connections() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            return Math.clamp(os.getMaxFileDescriptorCount() - OTHERS, 1, 1 << 20);
        }
        return 1 << 14;
    }

    /** Processes that it takes to hold {@code connections}, with {@code limit} in each at most. */
    public static int processes(int connections, int limit) {
        return Math.max(1, Math.ceilDiv(connections, limit));
    }
}
