package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestSubscriber;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@link PublishBatcher}: its bounds, its order, its end. */
class PublishBatcherTest {
    private static final int QUEUE = 80;
    private static final int BYTES = 8000;
    private static final PublishResult STORED = PublishResult.at(StreamPosition.NONE);

    private final List<PublishBatches.Batch> sent = new CopyOnWriteArrayList<>();
    private final Shedding shedding = new Shedding();
    private final List<PublishBatcher> open = new ArrayList<>();

    private PublishBatcher batcher(int size, Duration delay) {
        var batcher =
                new PublishBatcher(
                        new PublishLimits(QUEUE, 0, 1, size, delay), BYTES, shedding, sent::add);
        open.add(batcher);
        return batcher;
    }

    @AfterEach
    void closeAll() {
        open.forEach(PublishBatcher::close);
    }

    private static CompletableFuture<PublishResult> publish(
            PublishBatcher batcher, String channel, Priority lane) {
        return publish(batcher, channel, lane, 1);
    }

    private static CompletableFuture<PublishResult> publish(
            PublishBatcher batcher, String channel, Priority lane, int bytes) {
        var publish =
                new PendingPublish(
                        channel,
                        new byte[bytes],
                        PublishOptions.of(BrokerContract.SMALL, lane),
                        new CompletableFuture<>());
        batcher.publish(publish);
        return publish.answer();
    }

    /** How many of this lane are taken until one is refused. */
    private static int fill(PublishBatcher batcher, Priority lane) {
        int taken = 0;
        while (!publish(batcher, "c", lane).isCompletedExceptionally()) {
            taken++;
        }
        return taken;
    }

    private static void assertFailed(CompletableFuture<?> answer, Reason reason) {
        assertThatThrownBy(() -> BrokerContract.get(answer))
                .cause()
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void whatIsNotAnsweredIsBoundedAndLowIsRefusedFirst() {
        PublishBatcher batcher = batcher(8, Duration.ofMillis(1));
        assertThat(fill(batcher, Priority.LOW)).isEqualTo(QUEUE / 2);
        assertThat(fill(batcher, Priority.NORMAL)).isEqualTo(QUEUE - QUEUE / 8 - QUEUE / 2);
        assertFailed(publish(batcher, "c", Priority.NORMAL), Reason.QUEUE_FULL);
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> sent.stream().mapToInt(b -> b.publications.size()).sum() == 70);
        assertThat(fill(batcher, Priority.NORMAL)).as("sent, but not answered").isZero();
        sent.forEach(batch -> batch.publications.forEach(p -> p.complete(STORED, null)));
        assertThat(fill(batcher, Priority.LOW)).isEqualTo(QUEUE / 2);
        shedding.set(true);
        assertFailed(publish(batcher, "c", Priority.LOW), Reason.QUEUE_FULL);
        assertThat(shedding.publishes.sum()).isEqualTo(1);
    }

    @Test
    void theBytesOfWhatIsNotAnsweredAreBoundedToo() {
        PublishBatcher batcher = batcher(8, Duration.ofMillis(1));
        var first = publish(batcher, "c", Priority.NORMAL, BYTES / 2);
        assertFailed(publish(batcher, "c", Priority.LOW, 1), Reason.QUEUE_FULL);
        var second = publish(batcher, "c", Priority.NORMAL, BYTES / 2);
        assertFailed(publish(batcher, "c", Priority.NORMAL, 1), Reason.QUEUE_FULL);
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> sent.stream().mapToInt(b -> b.publications.size()).sum() == 2);
        assertThat(first.complete(STORED) && second.complete(STORED)).isTrue();
        var third = publish(batcher, "c", Priority.LOW, BYTES / 2);
        assertThat(third).as("there is room again").isNotCompletedExceptionally();
    }

    @Test
    void aCommandBehindThemEndsTheWaitOfItsChannel() {
        PublishBatcher batcher = batcher(100, PublishLimits.MAX_BATCH_DELAY);
        List<Integer> before = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            var _ = publish(batcher, "c", Priority.NORMAL);
        }
        CompletionStage<String> done =
                batcher.behind(
                        "c",
                        Priority.NORMAL,
                        () -> {
                            sent.forEach(batch -> before.add(batch.publications.size()));
                            return CompletableFuture.completedFuture("done");
                        });
        assertThat(BrokerContract.get(done)).isEqualTo("done");
        assertThat(before.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5);
    }

    /** Refused, not sent; again where the delay was over before the close, on a busy machine. */
    @Test
    void closedNothingIsLeftWithoutAnAnswer() {
        await().atMost(TestSubscriber.PATIENCE).until(() -> refusedByClose(20) == 20);
    }

    /** Each is answered: refused, or stored if it was sent before. */
    private int refusedByClose(int publishes) {
        var batcher =
                new PublishBatcher(
                        new PublishLimits(QUEUE, 0, 1, 100, PublishLimits.MAX_BATCH_DELAY),
                        BYTES,
                        shedding,
                        batch -> batch.publications.forEach(p -> p.complete(STORED, null)));
        List<CompletableFuture<PublishResult>> answers = new ArrayList<>();
        for (int i = 0; i < publishes; i++) {
            answers.add(publish(batcher, "c" + i, Priority.NORMAL));
        }
        batcher.close();
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        int refused = 0;
        for (CompletableFuture<PublishResult> answer : answers) {
            if (answer.isCompletedExceptionally()) {
                assertFailed(answer, Reason.UNAVAILABLE);
                refused++;
            }
        }
        if (refused > 0) {
            assertTooLate(batcher); // its thread takes no more
        }
        return refused;
    }

    private static void assertTooLate(PublishBatcher batcher) {
        CompletionStage<String> late =
                batcher.behind(
                        "c", Priority.LOW, () -> CompletableFuture.completedFuture("too late"));
        assertFailed(late.toCompletableFuture(), Reason.UNAVAILABLE);
    }
}
