package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        assertThat(lanes.offer(held, () -> {})).as("a full lane takes more").isFalse();
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(lanes.offerBehindAll(done::countDown)).isTrue();
        }
        assertThat(lanes.offerBehindAll(() -> order.add("too many"))).isFalse();
        go.countDown();
        await(done);
        assertThat(order).hasSize(2 * CAPACITY).containsOnly("publication");
        assertThat(lanes.offerBehindAll(() -> {})).isTrue();
    }
}
