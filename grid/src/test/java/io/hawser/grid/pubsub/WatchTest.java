package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class WatchTest {
    private final List<Watch> closed = new ArrayList<>();
    private final Watch watch =
            new Watch(new ChannelPattern("*"), new WatchLimits(3, 1_000), closed::add);

    private void offer(String text) {
        watch.offer(new WatchEvent.Published("c", StreamPosition.NONE, BrokerContract.text(text)));
    }

    private @Nullable String next() throws InterruptedException {
        return switch (watch.next(Duration.ZERO)) {
            case WatchEvent.Published published -> published.publication().data().toString();
            case WatchEvent.Missed missed -> "missed " + missed.count();
            case WatchEvent.Complete complete -> "complete";
            case WatchEvent.Incomplete incomplete -> incomplete.why();
            case null -> null;
        };
    }

    @Test
    void theSlowLoseTheNewestAndAreToldWhere() throws InterruptedException {
        for (int i = 1; i <= 5; i++) {
            offer("" + i);
        }
        assertThat(next()).isEqualTo("1");
        offer("6");
        offer("7");
        assertThat(next()).isEqualTo("2");
        assertThat(next()).isEqualTo("3");
        assertThat(next()).isEqualTo("missed 2");
        assertThat(next()).isEqualTo("6");
        assertThat(next()).isEqualTo("missed 1");
        assertThat(next()).isNull();
    }

    @Test
    void bytesAreBoundedTooAndOneAlwaysFits() throws InterruptedException {
        offer("x".repeat(5_000));
        offer("small");
        assertThat(next()).hasSize(5_000);
        offer("x".repeat(700));
        offer("y".repeat(700));
        assertThat(next()).isEqualTo("missed 1");
        assertThat(next()).startsWith("x");
        assertThat(next()).isEqualTo("missed 1");
        assertThat(next()).isNull();
    }

    /** However often it changes between two looks, two events say all of it. */
    @Test
    void gapsOfTheConnectionAreToldOnceAndNeverSwallowed() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            watch.complete();
            watch.incomplete("lost " + i);
        }
        assertThat(next()).isEqualTo("lost 99");
        assertThat(next()).isNull();
        watch.complete();
        watch.incomplete("lost");
        watch.complete();
        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("complete");
        assertThat(next()).isNull();
    }

    @Test
    void whoWaitsIsWokenAndClosingIsTold() throws InterruptedException {
        Thread.ofVirtual().start(() -> offer("1"));
        assertThat(watch.next(TestSubscriber.PATIENCE)).isInstanceOf(WatchEvent.Published.class);
        watch.close();
        assertThat(closed).containsExactly(watch);
    }
}
