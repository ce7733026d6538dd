package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Priority;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What every {@link Broker} keeps, by the numbers of its Javadoc. */
public abstract class BrokerContract {
    public static final HistoryOptions HISTORY =
            new HistoryOptions(100_000, Duration.ofMinutes(5), Duration.ofDays(1));
    public static final HistoryOptions SMALL =
            new HistoryOptions(10, Duration.ofMinutes(5), Duration.ofDays(1));

    /** Idempotency keys that a channel of these nodes remembers. */
    public static final int KEYS_MAX = 50;

    protected String channel = "";
    private final List<TestNode> nodes = new ArrayList<>();

    /** A new node on the same store; a broker without a shared store gets no second one. */
    protected abstract TestNode newNode();

    /** True if several nodes share a store. */
    protected abstract boolean isShared();

    /** Waits until the node publishes for watches too, where it has to see that there are some. */
    protected void awaitNoticed(TestNode node) {}

    @BeforeAll
    public static void pollOften() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    }

    @BeforeEach
    void nameChannel(TestInfo info) {
        channel = "c:" + info.getDisplayName() + ":" + Epochs.next();
    }

    @AfterEach
    void closeNodes() {
        nodes.forEach(TestNode::close);
    }

    protected TestNode node() {
        TestNode node = newNode();
        nodes.add(node);
        return node;
    }

    /** A second node if the store is shared, else the first again. */
    protected TestNode other(TestNode first) {
        return isShared() ? node() : first;
    }

    public static Publication text(String text) {
        return new Publication(0, Payload.of(text), null, Map.of(), 1);
    }

    public static StreamPosition publish(
            TestNode node, String channel, HistoryOptions history, String s) {
        return get(node.broker.publish(
                        channel, text(s), PublishOptions.of(history, Priority.NORMAL)))
                .position();
    }

    public static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    public static void awaitCount(TestSubscriber subscriber, int count) {
        await().atMost(TestSubscriber.PATIENCE).until(() -> subscriber.count() >= count);
    }

    public static JoinRequest since(HistoryOptions history, StreamPosition since, int limit) {
        return new JoinRequest(history, since, limit);
    }

    @Test
    void g2_publishStoresNumbersAndDeliversOnEveryNode() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber one = a.subscribed(channel, HISTORY);
        TestSubscriber two = b.subscribed(channel, HISTORY);

        StreamPosition first = publish(a, channel, HISTORY, "x");
        StreamPosition second = publish(b, channel, HISTORY, "y");

        assertThat(first.offset()).isEqualTo(1);
        assertThat(second).isEqualTo(new StreamPosition(2, first.epoch()));
        assertThat(first.epoch()).isNotEmpty().isEqualTo(one.result().position().epoch());
        awaitCount(one, 2);
        awaitCount(two, 2);
        assertThat(one.texts()).containsExactly("x", "y");
        assertThat(two.offsets()).containsExactly(1L, 2L);
    }

    @Test
    void everythingOfAPublicationArrives() {
        TestNode a = node();
        TestSubscriber live = a.subscribed(channel, HISTORY);
        Publication full =
                new Publication(
                        0,
                        Payload.of(new byte[] {0, 1, -1, ':', '%'}),
                        new ClientInfo("usér", "c1", Payload.of("{}"), Payload.EMPTY),
                        Map.of("k", "v", "ä", ""),
                        1234567890123L);
        get(a.broker.publish(channel, full, PublishOptions.of(HISTORY, Priority.NORMAL)));
        awaitCount(live, 1);
        assertThat(live.received())
                .extracting(received -> received.withId(0))
                .containsExactly(full.withOffset(1));
        History stored = get(a.broker.history(channel, new HistoryQuery(null, 9, false), HISTORY));
        assertThat(stored.publications()).isEqualTo(live.received());
    }

    @Test
    void withoutHistoryItDeliversWithoutOffset() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber live = b.subscribe(channel, JoinRequest.LIVE).awaitJoined();
        assertThat(live.result()).isEqualTo(new JoinResult(StreamPosition.NONE, false, List.of()));
        assertThat(publish(a, channel, HistoryOptions.NONE, "x")).isEqualTo(StreamPosition.NONE);
        awaitCount(live, 1);
        assertThat(live.offsets()).containsExactly(0L);
    }

    @Test
    void g3_publishesOfOneThreadKeepTheirOrder() {
        TestNode a = node();
        TestSubscriber live = a.subscribed(channel, HISTORY);
        List<CompletionStage<PublishResult>> stages =
                IntStream.range(0, 1000)
                        .mapToObj(
                                i ->
                                        a.broker.publish(
                                                channel,
                                                text("" + i),
                                                PublishOptions.of(HISTORY, Priority.NORMAL)))
                        .toList();
        List<Long> offsets = stages.stream().map(s -> get(s).position().offset()).toList();
        assertThat(offsets).isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
        awaitCount(live, 1000);
        assertThat(live.texts()).isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "" + i).toList());
    }

    @Test
    void g5_recoveryGivesExactlyWhatWasMissed() {
        TestNode a = node();
        StreamPosition third = StreamPosition.NONE;
        for (int i = 1; i <= 10; i++) {
            StreamPosition at = publish(a, channel, HISTORY, "" + i);
            third = i == 3 ? at : third;
        }
        TestNode b = other(a);
        TestSubscriber back = b.subscribe(channel, since(HISTORY, third, 100)).awaitJoined();
        assertThat(back.result().recovered()).isTrue();
        assertThat(back.texts()).containsExactly("4", "5", "6", "7", "8", "9", "10");
        assertThat(back.result().position().offset()).isEqualTo(10);
        publish(a, channel, HISTORY, "11");
        awaitCount(back, 8);
        back.assertGapless();
    }

    @Test
    void g6_recoveredOnlyIfComplete() {
        TestNode a = node();
        for (int i = 1; i <= 20; i++) {
            publish(a, channel, SMALL, "" + i);
        }
        String epoch = publish(a, channel, SMALL, "21").epoch();
        record Case(StreamPosition since, int limit, boolean recovered) {}
        List<Case> cases =
                List.of(
                        new Case(new StreamPosition(21, epoch), 100, true),
                        new Case(new StreamPosition(11, epoch), 100, true),
                        new Case(new StreamPosition(11, ""), 100, true),
                        new Case(new StreamPosition(11, epoch), 10, true),
                        new Case(new StreamPosition(11, epoch), 9, false),
                        new Case(new StreamPosition(10, epoch), 100, false),
                        new Case(new StreamPosition(0, epoch), 100, false),
                        new Case(new StreamPosition(21, "other"), 100, false),
                        new Case(new StreamPosition(22, epoch), 100, false));
        for (Case c : cases) {
            TestSubscriber back = a.subscribe(channel, since(SMALL, c.since(), c.limit()));
            JoinResult result = back.awaitJoined().result();
            assertThat(result.recovered()).as("%s", c).isEqualTo(c.recovered());
            assertThat(result.position()).isEqualTo(new StreamPosition(21, epoch));
            assertThat(result.publications())
                    .as("%s", c)
                    .hasSize(c.recovered() ? (int) (21 - c.since().offset()) : 0);
        }
    }

    @Test
    void historyReadsForwardBackwardAndOnlyTheTop() {
        TestNode a = node();
        History empty = get(a.broker.history(channel, HistoryQuery.TOP, SMALL));
        assertThat(empty.top().epoch()).isNotEmpty();
        assertThat(empty.top().offset()).isZero();
        for (int i = 1; i <= 15; i++) {
            publish(a, channel, SMALL, "" + i);
        }
        StreamPosition ten = new StreamPosition(10, empty.top().epoch());
        assertThat(offsets(a, null, 0, false)).isEmpty();
        assertThat(offsets(a, null, 3, false)).containsExactly(6L, 7L, 8L);
        assertThat(offsets(a, null, 3, true)).containsExactly(15L, 14L, 13L);
        assertThat(offsets(a, ten, 3, false)).containsExactly(11L, 12L, 13L);
        assertThat(offsets(a, ten, 100, true)).containsExactly(9L, 8L, 7L, 6L);
        assertThat(offsets(a, new StreamPosition(15, ""), 5, false)).isEmpty();
    }

    private List<Long> offsets(
            TestNode node, @Nullable StreamPosition since, int limit, boolean reverse) {
        History history =
                get(node.broker.history(channel, new HistoryQuery(since, limit, reverse), SMALL));
        assertThat(history.top().offset()).isEqualTo(15);
        return history.publications().stream().map(Publication::offset).toList();
    }

    @Test
    void removedHistoryKeepsThePosition() {
        TestNode a = node();
        TestSubscriber live = a.subscribed(channel, SMALL);
        StreamPosition first = publish(a, channel, SMALL, "1");
        get(a.broker.removeHistory(channel, Priority.NORMAL));
        assertThat(publish(a, channel, SMALL, "2")).isEqualTo(new StreamPosition(2, first.epoch()));
        History left = get(a.broker.history(channel, new HistoryQuery(null, 10, false), SMALL));
        assertThat(left.publications()).extracting(Publication::offset).containsExactly(2L);
        awaitCount(live, 2);
        assertThat(live.isLost()).isFalse();
    }

    @Test
    void oneKeyIsStoredOnce() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber live = b.subscribed(channel, SMALL);
        StreamPosition first = keyed(a, channel, SMALL, "k:{1}%").position();
        assertThat(keyed(b, channel, SMALL, "k:{1}%")).isEqualTo(PublishResult.at(first));
        publish(a, channel, SMALL, "2");
        awaitCount(live, 2);
        assertThat(live.texts()).containsExactly("k:{1}%", "2");
    }

    @Test
    void oneKeyIsSentOnceWithoutHistoryToo() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber live = b.subscribe(channel, JoinRequest.LIVE).awaitJoined();
        for (TestNode node : List.of(a, b, a)) {
            assertThat(keyed(node, channel, HistoryOptions.NONE, "k").position())
                    .isEqualTo(StreamPosition.NONE);
        }
        // Over the same connection as the first, so behind whatever that one sent twice.
        publish(a, channel, HistoryOptions.NONE, "end");
        awaitCount(live, 2);
        assertThat(live.texts()).containsExactly("k", "end");
    }

    @Test
    void asManyKeysAsAllowedAreRememberedAndNoMore() {
        TestNode a = node();
        TestNode b = other(a);
        for (int i = 1; i <= KEYS_MAX; i++) {
            assertThat(keyed(a, channel, SMALL, "k" + i).position().offset()).isEqualTo(i);
        }
        assertThatThrownBy(() -> keyed(b, channel, SMALL, "one more"))
                .cause()
                .isInstanceOfSatisfying(
                        BrokerException.class,
                        e -> assertThat(e.reason()).isEqualTo(BrokerException.Reason.KEYS_FULL));
        assertThat(keyed(b, channel, SMALL, "k1").position().offset()).isEqualTo(1);
        assertThat(publish(b, channel, SMALL, "without").offset()).isEqualTo(KEYS_MAX + 1);
        assertThat(keyed(b, channel + "x", SMALL, "one more").position().offset()).isEqualTo(1);
    }

    @Test
    void onlyANewerVersionIsPublished() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber live = b.subscribed(channel, SMALL);
        record Case(long number, String epoch, boolean suppressed) {}
        List<Case> cases =
                List.of(
                        new Case(9, "", false),
                        new Case(9, "", true),
                        new Case(8, "", true),
                        new Case(10, "", false),
                        new Case(3, "e", false),
                        new Case(3, "e", true),
                        new Case(3, "", true),
                        new Case(4, "", false),
                        new Case(4, "e", true),
                        new Case((1L << 53) + 1, "e", false),
                        new Case(1L << 53, "e", true),
                        new Case((1L << 53) + 1, "e", true),
                        new Case((1L << 53) + 2, "e", false),
                        new Case(Long.MAX_VALUE, "", false),
                        new Case(1, "other", false));
        long stored = 0;
        for (Case c : cases) {
            TestNode node = stored % 2 == 0 ? a : b;
            PublishResult result = versioned(node, SMALL, new Version(c.number(), c.epoch()));
            stored += c.suppressed() ? 0 : 1;
            assertThat(result.suppressed()).as("%s", c).isEqualTo(c.suppressed());
            assertThat(result.position().offset()).as("%s", c).isEqualTo(stored);
            assertThat(result.position().epoch()).isEqualTo(live.result().position().epoch());
        }
        publish(a, channel, SMALL, "without a version");
        assertThat(versioned(a, SMALL, new Version(1, "other")).suppressed()).isTrue();
        awaitCount(live, (int) stored + 1);
        assertThat(live.offsets())
                .isEqualTo(LongStream.rangeClosed(1, stored + 1).boxed().toList());
    }

    @Test
    void versionsHoldWithoutHistoryAndLeaveThePositionAlone() {
        TestNode a = node();
        HistoryOptions skipped = SMALL.skipped();
        assertThat(versioned(a, skipped, new Version(2, "")))
                .isEqualTo(PublishResult.at(StreamPosition.NONE));
        assertThat(versioned(a, skipped, new Version(2, "")))
                .isEqualTo(new PublishResult(StreamPosition.NONE, true));
        assertThat(versioned(a, SMALL, new Version(1, "")).suppressed()).isTrue();
        PublishResult stored = versioned(a, SMALL, new Version(3, ""));
        assertThat(stored.position().offset()).isEqualTo(1);
        assertThat(versioned(a, skipped, new Version(4, "")).suppressed()).isFalse();
        assertThat(versioned(a, SMALL, new Version(4, "")))
                .isEqualTo(new PublishResult(stored.position(), true));
    }

    private PublishResult versioned(TestNode node, HistoryOptions history, Version version) {
        return get(
                node.broker.publish(
                        channel,
                        text(version.toString()),
                        new PublishOptions(history, null, version, Priority.NORMAL)));
    }

    /** Publishes the key under itself. */
    public static PublishResult keyed(
            TestNode node, String to, HistoryOptions history, String key) {
        return get(
                node.broker.publish(
                        to, text(key), new PublishOptions(history, key, null, Priority.NORMAL)));
    }

    @Test
    void aWatchSeesWhatMatchesAndOnlyThatFromEveryNode() throws InterruptedException {
        TestNode a = node();
        TestNode b = other(a);
        String odd = channel + "[x]*?{}%:";
        try (Watch watch = a.broker.watch(new ChannelPattern(odd + "*"), WatchLimits.DEFAULT);
                Watch other =
                        a.broker.watch(new ChannelPattern(channel + "*"), WatchLimits.DEFAULT)) {
            awaitComplete(watch);
            awaitComplete(other);
            awaitNoticed(a);
            awaitNoticed(b);
            StreamPosition first = publish(a, odd + "1", HISTORY, "1");
            publish(b, channel + "[x]*?{}", HISTORY, "not this");
            publish(b, odd + "2", HistoryOptions.NONE, "2");
            get(
                    b.broker.publishPresence(
                            odd + "2",
                            new PresenceEvent.Join(
                                    new ClientInfo("u", "c", Payload.EMPTY, Payload.EMPTY)),
                            Priority.NORMAL));
            StreamPosition third = publish(b, odd + "1", HISTORY, "3");
            Map<String, List<WatchEvent.Published>> seen = byChannel(watch, 3);
            assertThat(seen).containsOnlyKeys(odd + "1", odd + "2");
            assertThat(seen.get(odd + "1"))
                    .extracting(WatchEvent.Published::position)
                    .containsExactly(first, third);
            assertThat(seen.get(odd + "1"))
                    .extracting(published -> published.publication().data().toString())
                    .containsExactly("1", "3");
            assertThat(seen.get(odd + "2"))
                    .extracting(WatchEvent.Published::position)
                    .containsExactly(StreamPosition.NONE);
            assertThat(byChannel(other, 4)).containsKey(channel + "[x]*?{}").hasSize(3);
        }
    }

    /** So many publications, which are all that come. */
    private static Map<String, List<WatchEvent.Published>> byChannel(Watch watch, int count)
            throws InterruptedException {
        Map<String, List<WatchEvent.Published>> seen = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            WatchEvent event = watch.next(TestSubscriber.PATIENCE);
            assertThat(event).isInstanceOf(WatchEvent.Published.class);
            if (event instanceof WatchEvent.Published published) {
                seen.computeIfAbsent(published.channel(), c -> new ArrayList<>()).add(published);
            }
        }
        assertThat(watch.next(Duration.ZERO)).isNull();
        return seen;
    }

    /** Passes over all that comes before. */
    public static void awaitComplete(Watch watch) throws InterruptedException {
        WatchEvent event = watch.next(TestSubscriber.PATIENCE);
        while (event != null && !(event instanceof WatchEvent.Complete)) {
            event = watch.next(TestSubscriber.PATIENCE);
        }
        assertThat(event).isEqualTo(new WatchEvent.Complete());
    }

    @Test
    void joinsAndLeavesReachSubscribers() {
        TestNode a = node();
        TestNode b = other(a);
        TestSubscriber live = b.subscribe(channel, JoinRequest.LIVE).awaitJoined();
        ClientInfo info = new ClientInfo("u", "c", Payload.EMPTY, Payload.of("1"));
        get(a.broker.publishPresence(channel, new PresenceEvent.Join(info), Priority.NORMAL));
        get(a.broker.publishPresence(channel, new PresenceEvent.Leave(info), Priority.NORMAL));
        await().atMost(TestSubscriber.PATIENCE).until(() -> live.presence().size() == 2);
        assertThat(live.presence())
                .containsExactly(new PresenceEvent.Join(info), new PresenceEvent.Leave(info));
    }

    @Test
    void controlReachesEveryNode() {
        assertControlReachesEveryNode();
    }

    protected final void assertControlReachesEveryNode() {
        TestNode a = node();
        TestNode b = other(a);
        awaitUp(a);
        awaitUp(b);
        awaitControl(a, "stop", a, b);
    }

    /** Sent again and again: who is only coming to the server that brings it hears a later one. */
    public static void awaitControl(TestNode from, String command, TestNode... nodes) {
        await().atMost(TestSubscriber.PATIENCE)
                .ignoreException(CompletionException.class)
                .untilAsserted(
                        () -> {
                            get(from.broker.sendControl(Payload.of(command)));
                            for (TestNode node : nodes) {
                                assertThat(node.controls).contains(Payload.of(command));
                            }
                        });
    }

    @Test
    public void g8_aCommandComesBehindWhatWasAcknowledgedBefore() {
        TestNode a = node();
        TestNode b = other(a);
        List<TestSubscriber> subscribers =
                IntStream.range(0, 8).mapToObj(i -> b.subscribed(channel + i, HISTORY)).toList();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        b.onControl = () -> subscribers.forEach(subscriber -> seen.add(subscriber.count()));
        for (int round = 1; round <= 20; round++) {
            List<CompletionStage<PublishResult>> published = new ArrayList<>();
            for (TestSubscriber subscriber : subscribers) {
                for (int i = 0; i < 10; i++) {
                    published.add(
                            a.broker.publish(
                                    subscriber.channel,
                                    text("x"),
                                    PublishOptions.of(HISTORY, Priority.NORMAL)));
                }
            }
            published.forEach(BrokerContract::get);
            get(a.broker.sendControl(Payload.of("unsubscribe")));
            int rounds = round;
            await().atMost(TestSubscriber.PATIENCE).until(() -> b.controls.size() == rounds);
            assertThat(seen).hasSize(subscribers.size()).containsOnly(10 * round);
            seen.clear();
        }
    }

    public static void awaitUp(TestNode node) {
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> node.broker.health() == Broker.State.UP);
    }

    @Test
    void leaveAndComeBack() {
        TestNode a = node();
        TestSubscriber first = a.subscribed(channel, HISTORY);
        publish(a, channel, HISTORY, "1");
        awaitCount(first, 1);
        first.leave();
        await().atMost(TestSubscriber.PATIENCE).until(() -> a.hub.channelCount() == 0);
        StreamPosition at = publish(a, channel, HISTORY, "2");
        TestSubscriber again =
                a.subscribe(channel, since(HISTORY, new StreamPosition(1, at.epoch()), 10));
        again.awaitJoined();
        publish(a, channel, HISTORY, "3");
        awaitCount(again, 2);
        assertThat(again.texts()).containsExactly("2", "3");
        assertThat(first.texts()).containsExactly("1");
    }

    @Test
    void g4_g5_everySubscriberIsGaplessWhileManyPublishAndJoin() throws InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TestNode a = node();
        TestNode b = other(a);
        int threads = 4;
        int each = 1500;
        List<Thread> publishers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            TestNode node = t % 2 == 0 ? a : b;
            publishers.add(Thread.ofVirtual().start(() -> publishMany(node, each)));
        }
        String epoch = get(a.broker.history(channel, HistoryQuery.TOP, HISTORY)).top().epoch();
        List<TestSubscriber> joined = new ArrayList<>();
        // On a busy machine the publishers may be done before the first has joined.
        while (joined.size() < 4
                || (publishers.stream().anyMatch(Thread::isAlive) && joined.size() < 400)) {
            TestNode node = random.nextBoolean() ? a : b;
            StreamPosition top = get(node.broker.history(channel, HistoryQuery.TOP, HISTORY)).top();
            long missed = random.nextInt(300);
            StreamPosition since =
                    random.nextInt(4) == 0
                            ? null
                            : new StreamPosition(Math.max(0, top.offset() - missed), epoch);
            TestSubscriber subscriber =
                    node.subscribe(channel, new JoinRequest(HISTORY, since, 100_000));
            joined.add(subscriber);
            if (random.nextInt(3) == 0) {
                joined.remove(random.nextInt(joined.size())).awaitJoined().leave();
            }
        }
        for (Thread publisher : publishers) {
            publisher.join();
        }
        for (TestSubscriber subscriber : joined) {
            subscriber.awaitJoined();
            assertThat(subscriber.result().recovered())
                    .isEqualTo(subscriber.request.since() != null);
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> lastOffset(subscriber) == (long) threads * each);
            subscriber.assertGapless();
            assertThat(subscriber.isLost()).isFalse();
        }
    }

    private static long lastOffset(TestSubscriber subscriber) {
        List<Long> offsets = subscriber.offsets();
        return offsets.isEmpty() ? subscriber.result().position().offset() : offsets.getLast();
    }

    /** In small bursts, so that joins come in between. */
    private void publishMany(TestNode node, int count) {
        for (int i = 0; i < count; i += 15) {
            List<CompletionStage<PublishResult>> burst = new ArrayList<>();
            for (int j = 0; j < 15; j++) {
                burst.add(
                        node.broker.publish(
                                channel,
                                text(i + "." + j),
                                PublishOptions.of(HISTORY, Priority.NORMAL)));
            }
            burst.forEach(BrokerContract::get);
        }
    }
}
