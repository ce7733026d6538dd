package io.hawser.grid.delivery;

import static io.hawser.grid.delivery.PositionStoreContract.at;
import static io.hawser.grid.delivery.PositionStoreContract.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

class AckWriterTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final GatedStore store = new GatedStore();
    private final DeliveryCounters counters = new DeliveryCounters();
    private final AckWriter writer = new AckWriter(store, counters);

    /** The local store, whose answers can be held back or replaced by failures. */
    private static final class GatedStore implements PositionStore {
        final PositionStore inner =
                new LocalPositionStore(
                        new PositionLimits(Duration.ofDays(1), 500),
                        (c, upTo) -> {},
                        () -> 1,
                        Runnable::run);
        final List<Integer> calls = new CopyOnWriteArrayList<>();
        volatile CompletableFuture<Integer> gate = CompletableFuture.completedFuture(0);
        volatile @Nullable BrokerException failure;

        @Override
        public CompletionStage<@Nullable StreamPosition> position(
                Recipient recipient, String channel) {
            return inner.position(recipient, channel);
        }

        @Override
        public CompletionStage<StreamPosition> begin(
                Recipient recipient, String channel, StreamPosition first) {
            return inner.begin(recipient, channel, first);
        }

        @Override
        public CompletionStage<List<Optional<StreamPosition>>> acknowledge(
                String user, List<Acknowledgement> acknowledgements) {
            calls.add(acknowledgements.size());
            BrokerException thrown = failure;
            return thrown != null
                    ? CompletableFuture.failedFuture(thrown)
                    : gate.thenCompose(open -> inner.acknowledge(user, acknowledgements));
        }

        @Override
        public CompletionStage<@Nullable Void> touch(Recipient recipient, List<String> channels) {
            return inner.touch(recipient, channels);
        }

        @Override
        public CompletionStage<List<Standing>> standings(String user) {
            return inner.standings(user);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @AfterEach
    void close() {
        store.gate.complete(0);
        writer.close();
    }

    private static Recipient user(String name) {
        return new Recipient(name, "");
    }

    @Test
    void manyOfOnePositionAreFewWritesOfTheLatest() {
        List<CompletionStage<StreamPosition>> answers = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            answers.add(writer.offer(user("ann"), "c", at(i % 7 == 0 ? 1 : i, "a")));
        }
        answers.forEach(answer -> assertThat(get(answer).offset()).isPositive());
        assertThat(get(store.position(user("ann"), "c"))).isEqualTo(at(1000, "a"));
        long written = counters.acknowledged.sum();
        assertThat(written + counters.coalesced.sum()).isEqualTo(1000);
        assertThat(written).isLessThan(200);
        assertThat(counters.failed.sum()).isZero();
    }

    @Test
    void positionsOfOneUserGoTogetherAndNotTooMany() {
        store.gate = new CompletableFuture<>();
        List<CompletionStage<StreamPosition>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(writer.offer(user("ann"), "c" + i, at(i, "a")));
        }
        answers.add(writer.offer(user("bob"), "c", at(7, "a")));
        store.gate.complete(0);
        for (int i = 0; i < 300; i++) {
            assertThat(get(answers.get(i))).isEqualTo(at(i, "a"));
        }
        assertThat(get(answers.getLast())).isEqualTo(at(7, "a"));
        assertThat(store.calls).hasSizeLessThan(100);
        assertThat(store.calls).allMatch(size -> size <= PositionStore.MAX_AT_ONCE);
        assertThat(store.calls.stream().mapToInt(Integer::intValue).sum()).isEqualTo(301);
    }

    @Test
    void epochsAreNotMixed() {
        CompletionStage<StreamPosition> old = writer.offer(user("ann"), "c", at(100, "a"));
        CompletionStage<StreamPosition> now = writer.offer(user("ann"), "c", at(2, "b"));
        assertThat(get(old)).isEqualTo(at(100, "a"));
        assertThat(get(now)).isEqualTo(at(2, "b"));
        assertThat(get(store.position(user("ann"), "c"))).isEqualTo(at(2, "b"));
    }

    @Test
    void whatFailsIsSaidAndTheNextOneGoes() {
        store.failure = new BrokerException(Reason.UNAVAILABLE, "away");
        CompletionStage<StreamPosition> failed = writer.offer(user("ann"), "c", at(1, "a"));
        assertThatThrownBy(() -> get(failed)).hasRootCauseMessage("away");
        assertThat(counters.failed.sum()).isEqualTo(1);
        store.failure = null;
        assertThat(get(writer.offer(user("ann"), "c", at(2, "a")))).isEqualTo(at(2, "a"));
    }

    @Test
    void aStoreThatHangsFillsTheQueueToItsBound() {
        store.gate = new CompletableFuture<>();
        int offered = 0;
        CompletionStage<StreamPosition> last;
        do {
            last = writer.offer(user("u" + offered++), "c", at(1, "a"));
        } while (!last.toCompletableFuture().isCompletedExceptionally()
                && offered < 4 * AckWriter.MAX_WAITING);
        CompletionStage<StreamPosition> refused = last;
        assertThatThrownBy(() -> get(refused))
                .cause()
                .isInstanceOfSatisfying(
                        BrokerException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.QUEUE_FULL));
        assertThat(writer.waiting()).isLessThanOrEqualTo(AckWriter.MAX_WAITING);
        store.gate.complete(0);
        await().atMost(LIMIT).until(() -> writer.waiting() == 0);
        await().atMost(LIMIT)
                .until(() -> at(2, "a").equals(get(writer.offer(user("u0"), "c", at(2, "a")))));
    }

    @Test
    void aCloseWritesWhatWaits() {
        List<CompletionStage<StreamPosition>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(writer.offer(user("u" + i), "c", at(3, "a")));
        }
        writer.close();
        answers.forEach(answer -> assertThat(get(answer)).isEqualTo(at(3, "a")));
        assertThatThrownBy(() -> get(writer.offer(user("ann"), "c", at(1, "a"))))
                .cause()
                .isInstanceOf(BrokerException.class);
    }
}
