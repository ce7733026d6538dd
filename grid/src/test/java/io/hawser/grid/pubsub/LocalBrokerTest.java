package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Priority;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** {@link LocalBroker}: the contract, and what is special to one node in memory. */
class LocalBrokerTest extends BrokerContract {
    private static final int MAX_BYTES = 1 << 20;
    private final AtomicLong nowMs = new AtomicLong(1_000_000);

    @Override
    protected TestNode newNode() {
        return new TestNode(lanes -> new LocalBroker(lanes, 64 << 20, KEYS_MAX, nowMs::get));
    }

    private TestNode smallNode() {
        return new TestNode(lanes -> new LocalBroker(lanes, MAX_BYTES, KEYS_MAX, nowMs::get));
    }

    @Override
    protected boolean isShared() {
        return false;
    }

    @Test
    void historyIsBoundedAndTheLeastRecentlyPublishedGoesFirst() {
        try (TestNode a = smallNode()) {
            LocalBroker broker = (LocalBroker) a.broker;
            String oldEpoch = publishBytes(a, "old", 1000).epoch();
            TestSubscriber old = a.subscribed("old", HISTORY);
            TestSubscriber busy = a.subscribed("busy", HISTORY);
            for (int i = 0; i < 300; i++) {
                publishBytes(a, "busy", 100);
                publishBytes(a, "c" + i, 10_000);
                assertThat(broker.historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
            }
            assertThat(broker.historyBytes()).isGreaterThan(MAX_BYTES / 2);
            await().atMost(TestSubscriber.PATIENCE).until(old::isLost);
            assertThat(busy.isLost()).isFalse();
            assertThat(busy.count()).isEqualTo(300);
            TestSubscriber back = a.subscribe("old", since(HISTORY, at(1, oldEpoch), 10));
            assertThat(back.awaitJoined().result().recovered()).isFalse();
            assertThat(back.result().position().epoch()).isNotEqualTo(oldEpoch);
        }
    }

    @Test
    void aChannelThatFillsTheBoundAloneLosesItsOldest() {
        try (TestNode a = smallNode()) {
            TestSubscriber live = a.subscribed(channel, HISTORY);
            for (int i = 0; i < 200; i++) {
                publishBytes(a, channel, 10_000);
            }
            assertThat(live.count()).isEqualTo(200);
            assertThat(live.isLost()).isFalse();
            assertThat(((LocalBroker) a.broker).historyBytes()).isLessThanOrEqualTo(MAX_BYTES);
            String epoch = live.result().position().epoch();
            assertThat(recovered(a, at(190, epoch))).isTrue();
            assertThat(recovered(a, at(10, epoch))).isFalse();
            assertThatThrownBy(() -> publishBytes(a, channel, MAX_BYTES))
                    .hasCauseInstanceOf(BrokerException.class);
        }
    }

    @Test
    void publicationsExpireBeforeThePosition() {
        HistoryOptions brief =
                new HistoryOptions(10, Duration.ofSeconds(10), Duration.ofSeconds(60));
        TestNode a = node();
        StreamPosition first = publish(a, channel, brief, "1");
        StreamPosition second = publish(a, channel, brief, "2");
        nowMs.addAndGet(10_000);
        TestSubscriber back = a.subscribe(channel, since(brief, first, 10)).awaitJoined();
        assertThat(back.result().recovered()).isFalse();
        assertThat(back.result().position()).isEqualTo(second);
        TestSubscriber even = a.subscribe(channel, since(brief, second, 10)).awaitJoined();
        assertThat(even.result().recovered()).isTrue();

        nowMs.addAndGet(50_000);
        ((LocalBroker) a.broker).sweep();
        await().atMost(TestSubscriber.PATIENCE).until(() -> even.isLost() && back.isLost());
        TestSubscriber fresh = a.subscribe(channel, since(brief, second, 10)).awaitJoined();
        assertThat(fresh.result().recovered()).isFalse();
        assertThat(fresh.result().position().epoch()).isNotEqualTo(first.epoch());
    }

    @Test
    void aPublishAfterExpiryTellsBeforeItNumbersAgain() {
        HistoryOptions brief =
                new HistoryOptions(10, Duration.ofSeconds(10), Duration.ofSeconds(60));
        TestNode a = node();
        publish(a, channel, brief, "1");
        TestSubscriber live = a.subscribed(channel, brief);
        nowMs.addAndGet(60_000);
        assertThat(publish(a, channel, brief, "2").offset()).isEqualTo(1);
        assertThat(live.isLost()).isTrue();
        assertThat(live.count()).isZero();
    }

    @Test
    void keysAreForgottenAfterFiveMinutesAndNotBefore() {
        TestNode a = node();
        HistoryOptions brief =
                new HistoryOptions(10, Duration.ofSeconds(10), Duration.ofSeconds(60));
        for (int i = 0; i < KEYS_MAX; i++) {
            keyed(a, channel, brief, "k" + i);
            keyed(a, channel + "x", SMALL, "k" + i);
        }
        nowMs.addAndGet(LocalStreams.IDEMPOTENCY_TTL.toMillis() - 1);
        assertThat(keyed(a, channel, brief, "k0").position().offset()).isEqualTo(1);
        nowMs.addAndGet(1);
        assertThat(keyed(a, channel + "x", SMALL, "k0").position().offset())
                .isEqualTo(KEYS_MAX + 1);
    }

    @Test
    void aFullLaneRefuses() throws InterruptedException {
        Lanes lanes = new Lanes(1, 11); // 10 of normal priority
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        try (LocalBroker broker = new LocalBroker(lanes, MAX_BYTES)) {
            lanes.execute(
                    channel,
                    () -> {
                        blocked.countDown();
                        try {
                            open.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            blocked.await();
            List<CompletionStage<PublishResult>> stages =
                    IntStream.range(0, 11)
                            .mapToObj(
                                    i ->
                                            broker.publish(
                                                    channel,
                                                    text("x"),
                                                    PublishOptions.of(SMALL, Priority.NORMAL)))
                            .toList();
            assertThat(stages.getLast().toCompletableFuture()).isCompletedExceptionally();
            open.countDown();
            assertThat(get(stages.get(9)).position().offset()).isEqualTo(10);
        } finally {
            lanes.close();
        }
    }

    private StreamPosition publishBytes(TestNode node, String to, int bytes) {
        Publication publication =
                new Publication(0, Payload.of(new byte[bytes]), null, Map.of(), 1);
        return get(node.broker.publish(
                        to, publication, PublishOptions.of(HISTORY, Priority.NORMAL)))
                .position();
    }

    private boolean recovered(TestNode node, StreamPosition since) {
        return node.subscribe(channel, since(HISTORY, since, 100_000))
                .awaitJoined()
                .result()
                .recovered();
    }

    private static StreamPosition at(long offset, String epoch) {
        return new StreamPosition(offset, epoch);
    }
}
