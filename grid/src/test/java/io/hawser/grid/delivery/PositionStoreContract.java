package io.hawser.grid.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What every {@link PositionStore} keeps, by the numbers of its Javadoc. */
abstract class PositionStoreContract {
    static final HistoryOptions HISTORY =
            new HistoryOptions(100, Duration.ofMinutes(5), Duration.ofDays(1));
    private static final PositionLimits LIMITS = new PositionLimits(Duration.ofDays(1), 10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final List<PositionStore> stores = new ArrayList<>();

    /** Of each test its own. */
    final String user = "user " + COUNT.incrementAndGet() + " {é}/%";

    /** A store like that of a node; where a node is alone, always the same positions. */
    abstract PositionStore newStore(PositionLimits limits);

    /** That has the queues. */
    abstract Broker broker();

    @AfterEach
    void closeStores() {
        stores.forEach(PositionStore::close);
    }

    final PositionStore store(PositionLimits limits) {
        PositionStore store = newStore(limits);
        stores.add(store);
        return store;
    }

    static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static StreamPosition at(long offset, String epoch) {
        return new StreamPosition(offset, epoch);
    }

    final Recipient who() {
        return new Recipient(user, "");
    }

    final @Nullable StreamPosition acknowledge(
            PositionStore store, String device, String channel, StreamPosition position) {
        return get(store.acknowledge(user, List.of(new Acknowledgement(device, channel, position))))
                .getFirst()
                .orElse(null);
    }

    private static BrokerException.Reason reason(Throwable thrown) {
        return ((BrokerException) Objects.requireNonNull(thrown.getCause())).reason();
    }

    @Test
    void aPositionBeginsOnce() {
        PositionStore store = store(LIMITS);
        assertThat(get(store.position(who(), "c"))).isNull();

        assertThat(get(store.begin(who(), "c", at(5, "a")))).isEqualTo(at(5, "a"));
        assertThat(get(store.begin(who(), "c", at(9, "b")))).isEqualTo(at(5, "a"));

        assertThat(get(store.position(who(), "c"))).isEqualTo(at(5, "a"));
        assertThat(get(store.position(who(), "d"))).isNull();
    }

    @Test
    void withinAnEpochItNeverMovesBack() {
        PositionStore store = store(LIMITS);
        assertThat(acknowledge(store, "", "c", at(9, "a"))).isEqualTo(at(9, "a"));
        assertThat(acknowledge(store, "", "c", at(10, "a"))).isEqualTo(at(10, "a"));
        assertThat(acknowledge(store, "", "c", at(9, "a"))).isEqualTo(at(10, "a"));
        assertThat(get(store.position(who(), "c"))).isEqualTo(at(10, "a"));
    }

    @Test
    void anEpochThatWasReplacedDoesNotComeBack() {
        PositionStore store = store(LIMITS);
        acknowledge(store, "", "c", at(100, "a"));
        assertThat(acknowledge(store, "", "c", at(3, "b"))).isEqualTo(at(3, "b"));
        assertThat(acknowledge(store, "", "c", at(101, "a"))).isEqualTo(at(3, "b"));
        assertThat(acknowledge(store, "", "c", at(4, "b"))).isEqualTo(at(4, "b"));
        assertThat(acknowledge(store, "", "c", at(1, "c"))).isEqualTo(at(1, "c"));
        assertThat(acknowledge(store, "", "c", at(9, "b"))).isEqualTo(at(1, "c"));
    }

    @Test
    void usersDevicesAndChannelsAreApart() {
        PositionStore store = store(LIMITS);
        acknowledge(store, "", "x/y:{z}", at(1, "a"));
        acknowledge(store, "phone", "x/y:{z}", at(2, "a"));
        acknowledge(store, "tab.let", "x/y:{z}", at(3, "a"));

        assertThat(get(store.position(who(), "x/y:{z}"))).isEqualTo(at(1, "a"));
        assertThat(get(store.position(new Recipient(user, "phone"), "x/y:{z}")))
                .isEqualTo(at(2, "a"));
        assertThat(get(store.position(new Recipient(user + "1", ""), "x/y:{z}"))).isNull();
        assertThat(get(store.standings(user)))
                .extracting(Standing::device, Standing::channel, Standing::position)
                .containsExactlyInAnyOrder(
                        tuple("", "x/y:{z}", at(1, "a")),
                        tuple("phone", "x/y:{z}", at(2, "a")),
                        tuple("tab.let", "x/y:{z}", at(3, "a")));
    }

    @Test
    void everyNodeSeesAndMovesTheSame() {
        PositionStore one = store(LIMITS);
        PositionStore two = store(LIMITS);
        List<CompletionStage<?>> all = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            Acknowledgement odd = new Acknowledgement("", "c", at(2L * i - 1, "a"));
            Acknowledgement even = new Acknowledgement("", "c", at(2L * (201 - i), "a"));
            all.add(one.acknowledge(user, List.of(odd)));
            all.add(two.acknowledge(user, List.of(even)));
        }
        all.forEach(PositionStoreContract::get);
        assertThat(get(one.position(who(), "c"))).isEqualTo(at(400, "a"));
        assertThat(get(two.position(who(), "c"))).isEqualTo(at(400, "a"));
    }

    @Test
    void oneTooManyIsRefusedAndTheOthersMoveOn() {
        PositionStore store = store(LIMITS);
        for (int i = 0; i < LIMITS.perUser(); i++) {
            get(store.begin(who(), "c" + i, at(1, "a")));
        }
        assertThatThrownBy(() -> get(store.begin(who(), "more", at(1, "a"))))
                .satisfies(
                        thrown ->
                                assertThat(reason(thrown))
                                        .isEqualTo(BrokerException.Reason.POSITIONS_FULL));
        assertThat(acknowledge(store, "", "more", at(1, "a"))).isNull();
        assertThat(acknowledge(store, "", "c3", at(2, "a"))).isEqualTo(at(2, "a"));
        assertThat(get(store.position(who(), "more"))).isNull();
    }

    @Test
    void whatIsNotUsedIsForgottenAndMakesRoom() {
        // Long enough for a machine that stands still between two touches.
        PositionStore store = store(new PositionLimits(Duration.ofSeconds(5), 2));
        get(store.begin(who(), "kept", at(1, "a")));
        get(store.begin(who(), "left", at(1, "a")));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            get(store.touch(who(), List.of("kept", "never")));
                            return get(store.position(who(), "left")) == null;
                        });
        assertThat(get(store.position(who(), "kept"))).isEqualTo(at(1, "a"));
        assertThat(get(store.position(who(), "never"))).isNull();
        get(store.touch(who(), List.of("kept")));
        assertThat(acknowledge(store, "", "other", at(8, "a"))).isEqualTo(at(8, "a"));
        assertThat(acknowledge(store, "", "left", at(8, "a"))).isNull();
    }

    @Test
    void everyStepIsAsTheRulesSay() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        var random = new Random(seed);
        PositionStore store = store(LIMITS);
        Map<String, StoredPosition> model = new HashMap<>();
        for (int round = 0; round < 300; round++) {
            String channel = "c" + random.nextInt(3);
            StreamPosition position =
                    at(random.nextInt(30), String.valueOf((char) ('a' + random.nextInt(4))));
            StoredPosition known = model.get(channel);
            if (random.nextInt(5) == 0) {
                model.putIfAbsent(channel, StoredPosition.first(position, 0));
                assertThat(get(store.begin(who(), channel, position)))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(model.get(channel).position());
            } else {
                model.put(
                        channel,
                        known == null
                                ? StoredPosition.first(position, 0)
                                : known.acknowledged(position, 0));
                assertThat(acknowledge(store, "", channel, position))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(model.get(channel).position());
            }
        }
    }

    @Test
    void whatIsAcknowledgedOfTheQueueLeavesIt() {
        PositionStore store = store(LIMITS);
        String queue = UserQueue.channel(user);
        IntStream.rangeClosed(1, 5).forEach(i -> publish(queue, "m" + i));
        String epoch = history(queue).top().epoch();

        acknowledge(store, "", queue, at(4, "another"));
        assertThat(history(queue).publications()).hasSize(5);

        acknowledge(store, "", queue, at(3, epoch));
        await().atMost(PATIENCE).until(() -> history(queue).publications().size() == 2);
        assertThat(history(queue).publications())
                .extracting(Publication::offset)
                .containsExactly(4L, 5L);
        assertThat(history(queue).top()).isEqualTo(at(5, epoch));

        acknowledge(store, "", queue, at(5, epoch));
        await().atMost(PATIENCE).until(() -> history(queue).publications().isEmpty());
        publish(queue, "m6");
        assertThat(history(queue).publications())
                .extracting(Publication::offset)
                .containsExactly(6L);
    }

    final void publish(String channel, String text) {
        get(
                broker().publish(
                                channel,
                                new Publication(0, Payload.of(text), null, Map.of(), 1),
                                PublishOptions.of(HISTORY, Priority.NORMAL)));
    }

    final History history(String channel) {
        return get(broker().history(channel, new HistoryQuery(null, 100, false), HISTORY));
    }
}
