package io.hawser.grid.metrics;

import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * CPU and memory use of this process. Thread-safe; meant to be asked about once a second, which
 * gives the CPU window its readings.
 */
public final class SystemLoad {
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final CpuWindow window = new CpuWindow(Runtime.getRuntime().availableProcessors());

    public SystemLoad() {
        var _ = cpu();
    }

    /** CPU time of the process over that of its cores in the last five seconds, 0 to 1. */
    public synchronized double cpu() {
        return window.add(System.nanoTime(), system.getProcessCpuTime());
    }

    /**
     * Heap used after the last collection over the largest heap, 0 to 1. Before the first
     * collection of a pool nothing is known of it, and it counts as empty.
     */
    public double memory() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                MemoryUsage afterCollection = pool.getCollectionUsage();
                used += afterCollection == null ? 0 : afterCollection.getUsed();
            }
        }
        return Math.clamp((double) used / Runtime.getRuntime().maxMemory(), 0.0, 1.0);
    }
}
