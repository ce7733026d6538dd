package io.hawser.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

class RecordQueueTest {
    @Test
    void refusesWhatIsBeyondItsCapacityUntilSomethingIsTaken() {
        RecordQueue queue = new RecordQueue(2);

        assertThat(queue.offer(Sessions.opened("a"))).isTrue();
        assertThat(queue.offer(Sessions.opened("b"))).isTrue();
        assertThat(queue.offer(Sessions.opened("c"))).isFalse();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.take(1)).containsExactly(Sessions.opened("a"));
        assertThat(queue.offer(Sessions.opened("d"))).isTrue();
        assertThat(queue.take(10)).containsExactly(Sessions.opened("b"), Sessions.opened("d"));
        assertThat(queue.take(10)).isEmpty();
        assertThat(queue.size()).isZero();
    }

    @Test
    void nothingIsLostOrDoubledBetweenThreads() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        RecordQueue queue = new RecordQueue(100);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> offering = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String prefix = t + "-";
            offering.add(Thread.ofPlatform().start(() -> offer(queue, prefix, each, refused)));
        }

        Set<String> taken = new HashSet<>();
        int count = 0;
        while (count + refused.get() < threads * each) {
            for (SessionRecord record : queue.take(7)) {
                taken.add(record.client());
                count++;
            }
        }
        for (Thread thread : offering) {
            thread.join();
        }

        assertThat(taken).hasSize(count);
        assertThat(count + refused.get()).isEqualTo(threads * each);
        assertThat(queue.size()).isZero();
    }

    private static void offer(RecordQueue queue, String prefix, int count, AtomicInteger refused) {
        for (int i = 0; i < count; i++) {
            if (!queue.offer(Sessions.opened(prefix + i))) {
                refused.incrementAndGet();
            }
        }
    }
}
