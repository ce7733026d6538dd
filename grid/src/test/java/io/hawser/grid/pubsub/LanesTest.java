package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** {@link Lanes}, held up by the test. */
class LanesTest {
    private static final int CAPACITY = 10;
    private static final int PATIENCE_S = 10;

    /** Channels of which every lane has one. */
    private static final List<String> CHANNELS =
            IntStream.range(0, 20).mapToObj(i -> "channel-" + i).toList();

    private final Lanes lanes = new Lanes(3, CAPACITY);
    private final List<String> order = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        lanes.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Channels of other lanes than this one's. */
    private List<String> besides(String channel) {
        List<String> others = new CopyOnWriteArrayList<>();
        var done = new CountDownLatch(1);
        lanes.execute(
                channel,
                () -> {
                    CHANNELS.stream().filter(other -> !lanes.isCurrent(other)).forEach(others::add);
                    done.countDown();
                });
        await(done);
        return others;
    }

    @Test
    void whatIsBehindAllWaitsForTheSlowestLane() {
        for (String held : CHANNELS) {
            List<String> others = besides(held);
            var go = new CountDownLatch(1);
            lanes.execute(held, () -> await(go));
            lanes.execute(held, () -> order.add("publication"));
            assertThat(lanes.offerBehindAll(() -> order.add("first"))).isTrue();
            assertThat(lanes.offerBehindAll(() -> order.add("second"))).isTrue();
            var passed = new CountDownLatch(others.size());
            others.forEach(channel -> lanes.execute(channel, passed::countDown));
            await(passed);
            assertThat(order).as("held: %s", held).isEmpty();

            var done = new CountDownLatch(1);
            go.countDown();
            assertThat(lanes.offerBehindAll(done::countDown)).isTrue();
            await(done);
            assertThat(order).containsExactly("publication", "first", "second");
            order.clear();
        }
    }

    @Test
    void whatIsBehindAllHasABoundOfItsOwn() {
        String held = CHANNELS.getFirst();
        var go = new CountDownLatch(1);
        var done = new CountDownLatch(CAPACITY);
        lanes.execute(held, () -> await(go));
        for (int i = 0; i < 2 * CAPACITY; i++) {
            lanes.execute(held, () -> order.add("publication"));
        }
        assertThat(lanes.offer(held, 0, () -> {})).as("a full lane takes more").isFalse();
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(lanes.offerBehindAll(done::countDown)).isTrue();
        }
        assertThat(lanes.offerBehindAll(() -> order.add("too many"))).isFalse();
        go.countDown();
        await(done);
        assertThat(order).hasSize(2 * CAPACITY).containsOnly("publication");
        assertThat(lanes.offerBehindAll(() -> {})).isTrue();
    }

    /** Returns when the only lane is held, until {@code go}. */
    private static void hold(Lanes one, CountDownLatch go) {
        var held = new CountDownLatch(1);
        one.execute(
                "held",
                () -> {
                    held.countDown();
                    await(go);
                });
        await(held);
    }

    @Test
    void highGoesFirstAndLowIsRefusedFirst() {
        var go = new CountDownLatch(1);
        try (Lanes one = new Lanes(1, LaneLimits.of(16), LanesTest::priority)) {
            hold(one, go);
            int low = 0;
            while (one.offer("low", 0, () -> order.add("low"))) {
                low++;
            }
            assertThat(low).as("half of what may wait").isEqualTo(8);
            assertThat(one.offer("normal", 0, () -> order.add("normal 1"))).isTrue();
            assertThat(one.offer("high", 0, () -> order.add("high 1"))).isTrue();
            var done = new CountDownLatch(1);
            assertThat(one.offerBehindAll(() -> order.add("behind"))).isTrue();
            one.execute("high", () -> order.add("high 2"));
            one.execute("normal", () -> order.add("normal 2"));
            assertThat(one.offerBehindAll(done::countDown)).isTrue();
            go.countDown();
            await(done);
        }
        assertThat(order.indexOf("high 1")).isZero();
        assertThat(order.indexOf("high 2")).isEqualTo(1);
        assertThat(order.subList(2, 4)).containsExactly("normal 1", "normal 2");
        assertThat(order.getLast()).isEqualTo("behind");
        assertThat(order).hasSize(13);
    }

    @Test
    void moreThanUsualMayWaitForAWhileOnly() {
        var seconds = new AtomicInteger();
        var go = new CountDownLatch(1);
        try (Lanes one =
                new Lanes(
                        1,
                        new LaneLimits(16, 80, Long.MAX_VALUE),
                        LanesTest::priority,
                        () -> seconds.get() * 1_000_000_000L)) {
            hold(one, go);
            assertThat(taken(one, "low", 30)).isEqualTo(30);
            seconds.addAndGet(Backlog.PATIENCE_S);
            assertThat(taken(one, "low", 50)).as("to half of a burst").isEqualTo(10);
            assertThat(taken(one, "normal", 50)).as("to seven eighths of it").isEqualTo(30);
            seconds.incrementAndGet();
            assertThat(taken(one, "high", 1)).as("a backlog that stands").isZero();
            go.countDown();
            var done = new CountDownLatch(1);
            assertThat(one.offerBehindAll(done::countDown)).isTrue();
            await(done);
            assertThat(taken(one, "high", 1)).as("worked off").isEqualTo(1);
        }
    }

    private static int taken(Lanes lanes, String channel, int most) {
        int taken = 0;
        while (taken < most && lanes.offer(channel, 0, () -> {})) {
            taken++;
        }
        return taken;
    }

    @Test
    void whatWaitsIsBoundedByItsBytesToo() {
        int most = 8 * Lanes.TASK_BYTES;
        var go = new CountDownLatch(1);
        try (Lanes one = new Lanes(1, new LaneLimits(1000, 1000, most), LanesTest::priority)) {
            hold(one, go);
            assertThat(one.offer("low", most, () -> order.add("low")))
                    .as("the first one, whatever its size")
                    .isTrue();
            assertThat(one.offer("high", 0, () -> order.add("too much"))).isFalse();
            go.countDown();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(PATIENCE_S))
                    .until(() -> one.offer("high", 0, () -> order.add("room again")));
            var done = new CountDownLatch(1);
            assertThat(one.offerBehindAll(done::countDown)).isTrue();
            await(done);
        }
        assertThat(order).containsExactly("low", "room again");
    }

    @Test
    void whoOffersRunsItItselfWhileTheLaneIsIdle() {
        assertThat(
                        lanes.offerOrRun(
                                "c",
                                0,
                                () -> {
                                    order.add(Thread.currentThread().getName());
                                    assertThat(lanes.isCurrent("c")).isTrue();
                                    assertThat(Lanes.isLaneThread()).isFalse();
                                }))
                .isTrue();
        assertThat(order).containsExactly(Thread.currentThread().getName());
        assertThat(lanes.isCurrent("c")).isFalse();
    }

    @Test
    void nothingOvertakesWhatWaits() {
        var go = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        lanes.execute(
                "c",
                () -> {
                    held.countDown();
                    await(go);
                });
        await(held);
        lanes.execute("c", () -> order.add(Lanes.isLaneThread() ? "first" : "on another thread"));
        assertThat(lanes.offerOrRun("c", 0, () -> order.add("second"))).isTrue();
        lanes.execute("c", done::countDown);
        assertThat(order).isEmpty();
        go.countDown();
        await(done);
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void whatComesWhileAnotherThreadRunsATaskIsNotForgotten() {
        var done = new CountDownLatch(1);
        lanes.offerOrRun(
                "c",
                0,
                () -> {
                    lanes.execute("c", () -> order.add("later"));
                    lanes.execute("c", done::countDown);
                    order.add("now");
                });
        await(done);
        assertThat(order).containsExactly("now", "later");
    }

    @Test
    void muchAtOnceIsLeftToTheLanesThread() {
        try (Lanes roomy = new Lanes(1, 100_000)) {
            var threads = new ConcurrentHashMap<Thread, Integer>();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(PATIENCE_S))
                    .until(
                            () -> {
                                for (int i = 0; i < 10 * Lanes.HERE_A_MS; i++) {
                                    roomy.offerOrRun(
                                            "c",
                                            0,
                                            () ->
                                                    threads.merge(
                                                            Thread.currentThread(),
                                                            1,
                                                            Integer::sum));
                                }
                                return threads.size() == 2;
                            });
        }
    }

    /** Two threads that offer and one that executes: one task at a time, each in its order. */
    @Test
    void tasksOfAChannelNeverRunTogetherAndKeepTheirOrder() throws InterruptedException {
        int tasks = 50_000;
        int threads = 3;
        try (Lanes one = new Lanes(1, Integer.MAX_VALUE)) {
            var inside = new AtomicInteger();
            var together = new AtomicInteger();
            var swapped = new AtomicInteger();
            int[] last = new int[threads];
            var done = new CountDownLatch(threads * tasks);
            List<Thread> started = new ArrayList<>();
            for (int who = 0; who < threads; who++) {
                int me = who;
                started.add(
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            for (int i = 1; i <= tasks; i++) {
                                                int mine = i;
                                                Runnable task =
                                                        () -> {
                                                            if (inside.incrementAndGet() != 1) {
                                                                together.incrementAndGet();
                                                            }
                                                            if (mine != last[me] + 1) {
                                                                swapped.incrementAndGet();
                                                            }
                                                            last[me] = mine;
                                                            inside.decrementAndGet();
                                                            done.countDown();
                                                        };
                                                if (me == 0) {
                                                    one.execute("c", task);
                                                } else if (!one.offerOrRun("c", 0, task)) {
                                                    throw new IllegalStateException("refused");
                                                }
                                            }
                                        }));
            }
            for (Thread thread : started) {
                thread.join();
            }
            await(done);
            assertThat(together).hasValue(0);
            assertThat(swapped).hasValue(0);
        }
    }

    private static Priority priority(String channel) {
        return switch (channel) {
            case "high" -> Priority.HIGH;
            case "low" -> Priority.LOW;
            default -> Priority.NORMAL;
        };
    }

    @Test
    void aLaneThatIsClosedRunsNothingMore() throws InterruptedException {
        var one = new Lanes(1, 16);
        var go = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var thread = new CompletableFuture<Thread>();
        one.execute(
                "c",
                () -> {
                    thread.complete(Thread.currentThread());
                    held.countDown();
                    await(go);
                });
        await(held);
        one.execute("c", () -> order.add("too late"));
        one.close();
        go.countDown();
        assertThat(thread.join().join(Duration.ofSeconds(PATIENCE_S))).isTrue();
        assertThat(order).isEmpty();
    }
}
