package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.cluster.NodeLoad;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.server.session.SessionCounters;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What a node tells of its load, against a counter that moves. */
class LoadMeterTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final SessionCounters counters = new SessionCounters();

    @Test
    void tellsWhatTheCountersDid() {
        try (var meter =
                new LoadMeter(counters, () -> 7, () -> LatencyHistogram.EMPTY, 100, () -> true)) {
            assertThat(meter.load()).isEqualTo(new NodeLoad(7, 100, 0, 0, 0, 0, 0, true));
            meter.start();
            await().atMost(LIMIT).untilAsserted(() -> assertMoving(meter));

            NodeLoad load =
                    await().atMost(LIMIT).until(meter::load, now -> now.messagesPerSecond() == 0);
            assertThat(load.errorRate()).as("lasts ten seconds").isEqualTo(0.25);
        }
    }

    /** They move on: a second in which nobody looked is gone, and one may end between two. */
    private void assertMoving(LoadMeter meter) {
        counters.received.add(80);
        counters.delivered.add(20);
        counters.failed.add(20);
        NodeLoad load = meter.load();
        assertThat(load.messagesPerSecond()).isPositive();
        assertThat(load.errorRate()).isEqualTo(0.25);
        assertThat(load.messagesPerSecond() / load.errorsPerSecond()).isCloseTo(5, within(1e-9));
        assertThat(load.cpu()).isBetween(0.0, 1.0);
        assertThat(load.memory()).isBetween(0.0, 1.0);
    }
}
