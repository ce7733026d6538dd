package io.hawser.grid.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

class SystemLoadTest {
    @Test
    void seesThisProcessWork() {
        SystemLoad load = new SystemLoad();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + 200_000_000L;
        long sum = 0;
        while (threads.getCurrentThreadCpuTime() - end < 0) {
            sum += System.nanoTime() % 7;
        }
        assertThat(sum).isPositive();
        assertThat(load.cpu()).isPositive().isLessThanOrEqualTo(1);
    }

    @Test
    void seesTheHeapAfterACollection() {
        byte[] held = new byte[8 << 20];
        System.gc();
        assertThat(new SystemLoad().memory()).isPositive().isLessThanOrEqualTo(1);
        assertThat(held).isNotEmpty();
    }
}
