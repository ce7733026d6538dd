package io.hawser.grid.metrics;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CPU and memory use of this process. Thread-safe; meant to be asked about once a second, which
 * gives the CPU window its readings.
 */
public final class SystemLoad {
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Set<String> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getName)
                    .collect(Collectors.toSet());
    private final CpuWindow window = new CpuWindow(Runtime.getRuntime().availableProcessors());

    public SystemLoad() {
        var _ = cpu();
    }

    /** CPU time of the process over that of its cores in the last five seconds, 0 to 1. */
    public synchronized double cpu() {
        return window.add(System.nanoTime(), system.getProcessCpuTime());
    }

    /**
     * Heap used after the last collection over the largest heap, 0 to 1; 0 before the first
     * collection.
     *
     * <p>Asked from the collectors, not from the pools: a pool's own figure is that of the last
     * collection of that very pool, so what a young collection moves into the old one stays unseen
     * until a full collection, which may come after hours.
     */
    public double memory() {
        long used =
                ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                        .map(GarbageCollectorMXBean::getLastGcInfo)
                        .filter(Objects::nonNull)
                        .map(info -> new Collection(info.getEndTime(), heapAfter(info)))
                        .filter(collection -> collection.usedAfter > 0)
                        .max(Comparator.comparingLong(Collection::endTimeMs))
                        .map(Collection::usedAfter)
                        .orElse(0L);
        return Math.clamp((double) used / Runtime.getRuntime().maxMemory(), 0.0, 1.0);
    }

    /** A pause of ZGC counts as a collection, but tells nothing of the heap: 0 bytes used. */
    private record Collection(long endTimeMs, long usedAfter) {}

    private long heapAfter(GcInfo info) {
        return info.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heapPools.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }
}
