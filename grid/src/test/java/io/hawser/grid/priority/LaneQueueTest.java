package io.hawser.grid.priority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class LaneQueueTest {
    private static List<String> pollAll(LaneQueue<String> queue) {
        List<String> all = new ArrayList<>();
        for (String next = queue.poll(); next != null; next = queue.poll()) {
            all.add(next);
        }
        return all;
    }

    @Test
    void highGoesFirstAndEachLaneInItsOrder() {
        LaneQueue<String> queue = new LaneQueue<>(100);
        assertThat(queue.poll()).isNull();
        for (String name : List.of("1", "2")) {
            queue.offer("low" + name, Priority.LOW, 1000);
            queue.offer("normal" + name, Priority.NORMAL, 10);
            queue.offer("high" + name, Priority.HIGH, 10);
        }
        assertThat(queue.size()).isEqualTo(6);
        assertThat(pollAll(queue))
                .containsExactly("high1", "high2", "normal1", "normal2", "low1", "low2");
        assertThat(queue.size()).isZero();
    }

    @Test
    void takingEndsWhenTheTimeIsOverOrSomethingComes() throws Exception {
        LaneQueue<String> queue = new LaneQueue<>(100);
        assertThat(queue.take(0)).isNull();
        assertThat(queue.take(1_000_000)).isNull();
        var taken = new CompletableFuture<String>();
        Thread taker =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        taken.complete(queue.take(Long.MAX_VALUE));
                                    } catch (InterruptedException e) {
                                        taken.completeExceptionally(e);
                                    }
                                });
        queue.add("one", Priority.NORMAL, 1);
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo("one");
        taker.join();
    }

    @Test
    void onANodeThatIsOverloadedLowIsRefusedSoonerAndCounted() {
        var shedding = new Shedding();
        LaneQueue<Integer> queue = new LaneQueue<>(80, shedding);
        assertThat(fill(queue, Priority.LOW)).isEqualTo(40);
        assertThat(shedding.publishes.sum()).as("refused for other reasons").isZero();
        for (int i = 0; i < 40; i++) {
            assertThat(queue.poll()).isNotNull();
        }
        shedding.set(true);
        assertThat(fill(queue, Priority.LOW)).isEqualTo(10);
        assertThat(shedding.publishes.sum()).isPositive();
        assertThat(fill(queue, Priority.NORMAL)).isEqualTo(70);
        shedding.set(false);
        for (int i = 0; i < 50; i++) {
            assertThat(queue.poll()).isNotNull();
        }
        assertThat(fill(queue, Priority.LOW)).as("as before").isEqualTo(40);
    }

    @Test
    void lowGetsASixteenthOfTheBytes() {
        LaneQueue<String> queue = new LaneQueue<>(1000);
        for (int i = 0; i < 300; i++) {
            queue.offer("low", Priority.LOW, 50);
            queue.offer("high", Priority.HIGH, 100);
        }
        List<String> first = pollAll(queue).subList(0, 300);
        // 15 of 16 bytes are 30,000 at most, and 50 are due with each 750 of them.
        assertThat(first.stream().filter("low"::equals).count()).isBetween(33L, 36L);
        assertThat(first.indexOf("low")).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"80,80,70,40", "8,8,7,4", "2,2,2,1", "1,1,1,1"})
    void theLowerTheSoonerItIsFull(int capacity, int high, int normal, int low) {
        LaneQueue<Integer> queue = new LaneQueue<>(capacity);
        assertThat(fill(queue, Priority.LOW)).isEqualTo(low);
        assertThat(fill(queue, Priority.NORMAL)).isEqualTo(normal);
        assertThat(fill(queue, Priority.HIGH)).isEqualTo(high);
        assertThat(queue.poll()).isNotNull();
        assertThat(fill(queue, Priority.HIGH)).isEqualTo(high);
    }

    @ParameterizedTest
    @CsvSource({"HIGH,80", "NORMAL,70", "LOW,40"})
    void bytesHaveTheirBoundToo(Priority priority, int most) {
        LaneQueue<Integer> queue = new LaneQueue<>(1000, 800, new Shedding());
        int taken = 0;
        while (queue.offer(taken, priority, 10)) {
            taken++;
        }
        assertThat(taken).isEqualTo(most);
        assertThat(queue.offer(-1, priority, 0)).as("even what has none").isFalse();
        queue.add(-1, priority, 500);
        for (int i = 0; i < 40; i++) {
            assertThat(queue.offer(-2, priority, 1))
                    .as("with %d bytes too many", 500 - i)
                    .isFalse();
            assertThat(queue.poll()).isNotNull();
        }
        assertThat(queue.offer(0, priority, 10)).as("what was added counts").isFalse();
        while (queue.size() > 0) {
            assertThat(queue.poll()).isNotNull();
        }
        assertThat(queue.offer(0, priority, 5000)).as("one of any size").isTrue();
        assertThat(queue.offer(1, priority, 1)).isFalse();
    }

    /** How many there are then. */
    private static int fill(LaneQueue<Integer> queue, Priority priority) {
        boolean taken = true;
        while (taken) {
            taken = queue.offer(0, priority, 1);
        }
        return queue.size();
    }

    @Test
    void aBoundIsNeeded() {
        assertThatThrownBy(() -> new LaneQueue<String>(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LaneQueue<String>(1, 0, new Shedding()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoWaitsHearsOfWhatComes() throws Exception {
        LaneQueue<String> queue = new LaneQueue<>(10);
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread taker = Thread.ofPlatform().start(() -> take(queue, taken));
        while (taker.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        queue.offer("it", Priority.LOW, 1);
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo("it");
    }

    @Test
    void whoWaitsCanBeInterrupted() {
        LaneQueue<String> queue = new LaneQueue<>(10);
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread taker = Thread.ofPlatform().start(() -> take(queue, taken));
        taker.interrupt();
        assertThatThrownBy(() -> taken.get(20, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(InterruptedException.class);
    }

    private static void take(LaneQueue<String> queue, CompletableFuture<String> taken) {
        try {
            taken.complete(queue.take());
        } catch (InterruptedException e) {
            taken.completeExceptionally(e);
        }
    }

    /** Each producer offers again until it is let in, so that both ends wait for each other. */
    @Test
    void ofManyProducersNothingIsLostOrSwapped() throws Exception {
        List<Priority> priorities = List.of(Priority.values());
        int producers = 4;
        int each = 100_000;
        LaneQueue<int[]> queue = new LaneQueue<>(64);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            int id = i;
            Priority priority = priorities.get(i % priorities.size());
            threads.add(Thread.ofPlatform().start(() -> produce(queue, id, each, priority)));
        }
        int[] last = new int[producers];
        for (int i = 0; i < producers * each; i++) {
            int[] next = queue.take();
            assertThat(next[1]).isEqualTo(++last[next[0]]);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(queue.poll()).isNull();
        assertThat(queue.size()).isZero();
    }

    private static void produce(LaneQueue<int[]> queue, int id, int count, Priority priority) {
        for (int number = 1; number <= count; number++) {
            int[] next = {id, number};
            while (!queue.offer(next, priority, number % 100)) {
                Thread.onSpinWait();
            }
        }
    }
}
