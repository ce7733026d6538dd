package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.get;
import static io.hawser.grid.pubsub.BrokerContract.publish;
import static io.hawser.grid.pubsub.BrokerContract.since;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.pubsub.UserQueue;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Forks, deaf connections, and what repairs cost, on a real Redis: what {@link ModelRedis} assumes
 * of the scripts.
 */
class RedisRepairIT extends OnRedis {
    private static final Pattern SCRIPT_CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private static final RedisServer redis = RedisServer.start();

    private String channel = "";
    private final RedisCommands<String, String> commands = commands(redis);

    @BeforeEach
    void nameChannel() {
        channel = "c:" + Epochs.next();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    /** Checks its positions rarely, so that only what is tested finds anything. */
    private TestNode node(String uri) {
        return up(RedisNodes.on(uri));
    }

    private TestNode node() {
        return node(redis.uri());
    }

    /** Redis has only the first so many, as after an older dump. */
    private void loseTail(long left) {
        String[] keys = {ChannelKeys.meta(channel), ChannelKeys.stream(channel)};
        commands.eval(
                """
                local left = redis.call('XRANGE', KEYS[2], '-', ARGV[1] .. '-0')
                redis.call('DEL', KEYS[2])
                for _, entry in ipairs(left) do
                  redis.call('XADD', KEYS[2], entry[1], unpack(entry[2]))
                end
                return redis.call('HSET', KEYS[1], 'offset', ARGV[1])
                """,
                ScriptOutputType.INTEGER,
                keys,
                "" + left);
    }

    private void awaitTold(TestSubscriber subscriber) {
        await().atMost(TestSubscriber.PATIENCE).until(subscriber::isLost);
    }

    @Test
    void whoPublishedMoreThanThereIsBeginsANewEpochAndAllAreTold() {
        TestNode a = node();
        TestNode b = node();
        TestSubscriber live = b.subscribed(channel, HISTORY);
        StreamPosition third = StreamPosition.NONE;
        for (int i = 1; i <= 3; i++) {
            third = publish(a, channel, HISTORY, "" + i);
        }
        awaitCount(live, 3);
        loseTail(2);
        StreamPosition after = publish(a, channel, HISTORY, "3'");
        assertThat(after.offset()).isEqualTo(3);
        assertThat(after.epoch()).isNotEqualTo(third.epoch());
        awaitTold(live);
        assertThat(live.texts()).containsExactly("1", "2", "3");
        TestSubscriber back = b.subscribe(channel, since(HISTORY, third, 10)).awaitJoined();
        assertThat(back.result()).isEqualTo(new JoinResult(after, false, List.of()));
        assertThat(
                        get(b.broker.history(channel, new HistoryQuery(null, 10, false), HISTORY))
                                .publications())
                .as("what is left and what came after")
                .extracting(p -> p.data().toString())
                .containsExactly("1", "2", "3'");
    }

    @Test
    void theDriversThreadBringsMessagesItselfUnlessItMightBeHeldUp() {
        TestNode a = node();
        TestNode b = node();
        TestSubscriber live = b.subscribed(channel, HISTORY);
        for (int i = 1; i <= 20; i++) {
            publish(a, channel, HISTORY, "" + i);
            awaitCount(live, i);
        }
        assertThat(b.broughtByOthers).hasPositiveValue();
        b.behind = true;
        publish(a, channel, HISTORY, "21");
        awaitCount(live, 21);
        int before = b.broughtByOthers.get();
        for (int i = 22; i <= 40; i++) {
            publish(a, channel, HISTORY, "" + i);
            awaitCount(live, i);
        }
        assertThat(b.broughtByOthers).hasValue(before);
    }

    private void awaitGone(String key) {
        await().atMost(TestSubscriber.PATIENCE).until(() -> commands.exists(key) == 0);
    }

    /** As {@code history_ttl} does, and of a queue {@code queue_ttl}. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofPublicationsThatRanOutOnlyThePositionIsLeft(boolean queue) {
        channel = queue ? UserQueue.channel("u" + Epochs.next()) : channel;
        var brief = new HistoryOptions(10, Duration.ofMillis(200), Duration.ofDays(1));
        TestNode a = node();
        TestNode b = node();
        TestSubscriber live = b.subscribed(channel, brief);
        StreamPosition first = publish(a, channel, brief, "1");
        StreamPosition second = publish(a, channel, brief, "2");
        awaitCount(live, 2);
        awaitGone(ChannelKeys.stream(channel));
        assertThat(b.subscribe(channel, since(brief, first, 10)).awaitJoined().result())
                .isEqualTo(new JoinResult(second, false, List.of()));
        assertThat(b.subscribe(channel, since(brief, second, 10)).awaitJoined().result())
                .as("nothing was missed")
                .isEqualTo(new JoinResult(second, true, List.of()));
        assertThat(publish(a, channel, brief, "3"))
                .isEqualTo(new StreamPosition(3, second.epoch()));
        awaitCount(live, 3);
        assertThat(live.isLost()).isFalse();
    }

    /** As {@code history_meta_ttl} does. */
    @Test
    void ofAStreamThatRanOutWithItsPositionAllAreToldByTheNextPublish() {
        var brief = new HistoryOptions(10, Duration.ofMillis(200), Duration.ofMillis(400));
        TestNode a = node();
        TestNode b = node();
        TestSubscriber live = b.subscribed(channel, brief);
        publish(a, channel, brief, "1");
        StreamPosition second = publish(a, channel, brief, "2");
        awaitCount(live, 2);
        awaitGone(ChannelKeys.meta(channel));
        StreamPosition anew = publish(a, channel, brief, "3");
        assertThat(anew.offset()).isEqualTo(1);
        assertThat(Epochs.isOlder(second.epoch(), anew.epoch())).isTrue();
        awaitTold(live);
        TestSubscriber back = b.subscribe(channel, since(brief, second, 10)).awaitJoined();
        assertThat(back.result().recovered()).isFalse();
        assertThat(live.texts()).containsExactly("1", "2");
    }

    @Test
    void whoPublishedKnowsWhatWasThereThoughNobodyFollowed() {
        TestNode publisher = node();
        StreamPosition third = StreamPosition.NONE;
        for (int i = 1; i <= 3; i++) {
            third = publish(publisher, channel, HISTORY, "" + i);
        }
        loseTail(2);
        TestNode fresh = node();
        assertThat(publish(fresh, channel, HISTORY, "3'")).isEqualTo(third);
        publish(fresh, channel, HISTORY, "4'");
        TestSubscriber live = fresh.subscribed(channel, HISTORY);
        StreamPosition top =
                get(publisher.broker.history(channel, HistoryQuery.TOP, HISTORY)).top();
        assertThat(top.offset()).isEqualTo(4);
        assertThat(top.epoch()).isNotEqualTo(third.epoch());
        awaitTold(live);
    }

    /** What Redis has of the channel now, to be put back by {@link #goBackTo}. */
    private List<byte[]> dump() {
        return List.of(
                commands.dump(ChannelKeys.meta(channel)),
                commands.dump(ChannelKeys.stream(channel)));
    }

    private void goBackTo(List<byte[]> dump) {
        RestoreArgs over = RestoreArgs.Builder.ttl(0).replace();
        commands.restore(ChannelKeys.meta(channel), dump.get(0), over);
        commands.restore(ChannelKeys.stream(channel), dump.get(1), over);
    }

    @Test
    void anEpochThatWasGivenUpIsNeverGoneOnWith() {
        TestNode a = node();
        StreamPosition first = publish(a, channel, HISTORY, "1");
        List<byte[]> old = dump();
        publish(a, channel, HISTORY, "2");
        loseTail(1);
        StreamPosition second = publish(a, channel, HISTORY, "2'");
        assertThat(second.epoch()).isNotEqualTo(first.epoch());
        TestSubscriber live = a.subscribed(channel, HISTORY);

        goBackTo(old);
        StreamPosition third = publish(a, channel, HISTORY, "2''");
        assertThat(third.offset()).isEqualTo(2);
        assertThat(third.epoch()).isNotIn(first.epoch(), second.epoch());
        awaitTold(live);

        TestSubscriber again = a.subscribed(channel, HISTORY);
        goBackTo(old);
        StreamPosition top = get(a.broker.history(channel, HistoryQuery.TOP, HISTORY)).top();
        assertThat(top.offset()).isEqualTo(1);
        assertThat(top.epoch()).isNotIn(first.epoch(), second.epoch(), third.epoch());
        awaitTold(again);
    }

    @Test
    void anotherPublicationUnderAKnownNumberIsNoticedAndAllAreTold() {
        TestNode a = node();
        TestNode witness = node();
        StreamPosition third = StreamPosition.NONE;
        TestSubscriber live = witness.subscribed(channel, HISTORY);
        for (int i = 1; i <= 3; i++) {
            third = publish(a, channel, HISTORY, "" + i);
        }
        awaitCount(live, 3);
        loseTail(2);
        TestNode fresh = node();
        TestSubscriber deceived =
                fresh.subscribe(channel, since(HISTORY, new StreamPosition(2, third.epoch()), 10))
                        .awaitJoined();
        assertThat(deceived.result().recovered()).isTrue();
        assertThat(publish(fresh, channel, HISTORY, "3'")).isEqualTo(third);
        awaitTold(live);
        awaitTold(deceived);
        assertThat(live.texts()).containsExactly("1", "2", "3");
        StreamPosition top = get(fresh.broker.history(channel, HistoryQuery.TOP, HISTORY)).top();
        assertThat(top.offset()).isEqualTo(3);
        assertThat(top.epoch()).isNotEqualTo(third.epoch());
    }

    @Test
    void afterAReconnectWhatIsThereIsComparedById() {
        TestNode witness = node();
        TestSubscriber live = witness.subscribed(channel, HISTORY);
        StreamPosition first = publish(witness, channel, HISTORY, "1");
        awaitCount(live, 1);
        TestNode fresh = node();
        commands.clientKill(KillArgs.Builder.typePubsub());
        loseTail(0);
        publish(fresh, channel, HISTORY, "1'");
        StreamPosition second = publish(fresh, channel, HISTORY, "2'");
        assertThat(second.offset()).isEqualTo(first.offset() + 1);
        awaitTold(live);
    }

    @Test
    void tenThousandRecoveriesCostAHandfulOfReads() {
        TestNode a = node();
        StreamPosition first = publish(a, channel, HISTORY, "1");
        for (int i = 2; i <= 50; i++) {
            publish(a, channel, HISTORY, "" + i);
        }
        long before = scriptCalls();
        long startNanos = System.nanoTime();
        List<TestSubscriber> subscribers =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> a.subscribe(channel, since(HISTORY, first, 100)))
                        .toList();
        for (TestSubscriber subscriber : subscribers) {
            subscriber.awaitJoined();
            assertThat(subscriber.result().publications()).hasSize(49);
        }
        long reads = scriptCalls() - before;
        System.out.println("10,000 recoveries: " + reads + " reads");
        assertThat(reads).isBetween(1L, 20 + sharesSince(startNanos));
    }

    @Test
    void questionsForHistoryShareAReadButMissNothingThatWasPublishedHere() {
        TestNode a = node();
        publish(a, channel, HISTORY, "1");
        HistoryQuery all = new HistoryQuery(null, 100, false);
        long before = scriptCalls();
        long startNanos = System.nanoTime();
        List<CompletionStage<History>> stages =
                IntStream.range(0, 1000)
                        .mapToObj(i -> a.broker.history(channel, all, HISTORY))
                        .toList();
        stages.forEach(stage -> assertThat(get(stage).publications()).hasSize(1));
        assertThat(scriptCalls() - before).isBetween(1L, 20 + sharesSince(startNanos));
        for (int i = 2; i <= 50; i++) {
            publish(a, channel, HISTORY, "" + i);
            assertThat(get(a.broker.history(channel, all, HISTORY)).publications()).hasSize(i);
        }
        get(a.broker.removeHistory(channel, Priority.NORMAL));
        assertThat(get(a.broker.history(channel, all, HISTORY)).publications()).isEmpty();
    }

    /** A read is shared for so long, and then there may be another. */
    private static long sharesSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000 / SharedReads.SHARE_MS;
    }

    private long scriptCalls() {
        Matcher calls = SCRIPT_CALLS.matcher(commands.info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    private Hub.Reach reach(TestNode node, StreamPosition position) {
        return node.hub.reach(channel, position).toCompletableFuture().join();
    }

    @Test
    void aNodeSaysWhetherItsSubscribersHaveAPublication() {
        TestNode follower = node();
        TestNode publisher = node();
        follower.subscribed(channel, HISTORY);
        StreamPosition first = publish(publisher, channel, HISTORY, "x");
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> reach(follower, first).equals(new Hub.Reach(1, true)));
        StreamPosition next = new StreamPosition(first.offset() + 1, first.epoch());
        assertThat(reach(follower, next)).isEqualTo(new Hub.Reach(1, false));
        assertThat(reach(publisher, first)).isEqualTo(new Hub.Reach(0, false));
        StreamPosition later = new StreamPosition(1, Epochs.next(first.epoch()));
        assertThat(reach(follower, later)).isEqualTo(new Hub.Reach(1, false));
    }

    /** The pub/sub connection ends at a server to which nobody publishes, and answers PINGs. */
    @Test
    void aDeafPubSubConnectionIsReplaced() throws Exception {
        RedisServer other = RedisServer.start();
        opened(other);
        TestForwarder forwarder = new TestForwarder(redis.port());
        opened(forwarder);
        TestNode deaf = node("redis://127.0.0.1:" + forwarder.port());
        TestSubscriber live = deaf.subscribed(channel, HISTORY);
        forwarder.to(other.port());
        commands.clientKill(KillArgs.Builder.typePubsub());
        RedisCommands<String, String> elsewhere = commands(other);
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> elsewhere.pubsubNumsub(ChannelKeys.bus(channel)).containsValue(1L));
        forwarder.to(redis.port());
        TestNode publisher = node();
        publish(publisher, channel, HISTORY, "x");
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> commands.pubsubNumsub(ChannelKeys.bus(channel)).containsValue(1L));
        awaitCount(live, 1);
        live.assertGapless();
        assertThat(live.isLost()).isFalse();
    }
}
