package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.KEYS_MAX;
import static io.hawser.grid.pubsub.BrokerContract.SMALL;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.get;
import static io.hawser.grid.pubsub.BrokerContract.keyed;
import static io.hawser.grid.pubsub.BrokerContract.publish;
import static io.hawser.grid.pubsub.BrokerContract.since;
import static io.hawser.grid.pubsub.BrokerContract.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestLoad;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisConnections;
import io.lettuce.core.KillArgs;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@link RedisBroker} on a Redis that dies, hangs, forgets and comes back. */
class RedisFaultsIT extends OnRedis {

    private TestNode node(RedisServer redis) {
        return up(RedisNodes.on(redis.uri(), RedisNodes.quick()));
    }

    private static void withCommands(
            RedisServer redis, Consumer<RedisCommands<String, String>> work) {
        try (RedisClient client = RedisClient.create(redis.uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            work.accept(connection.sync());
        }
    }

    private static void assertUnavailable(CompletionStage<?> stage) {
        assertThatThrownBy(() -> get(stage))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BrokerException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void killedAndRestartedNothingAcknowledgedIsLostToLiveSubscribers() throws Exception {
        RedisServer redis = redis(new RedisOptions().appendonly("always"));
        TestNode a = node(redis);
        TestNode b = node(redis);
        List<TestSubscriber> live = List.of(a.subscribed("c", HISTORY), b.subscribed("c", HISTORY));
        TestLoad load = new TestLoad(a, "c");
        for (int i = 0; i < 2; i++) {
            load.awaitMore(200);
            int refused = load.refused.get();
            redis.kill();
            load.awaitRefusal(refused);
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> a.broker.health() == Broker.State.DOWN);
            redis.restart();
            load.awaitMore(200);
        }
        load.stop();
        StreamPosition last = publish(a, "c", HISTORY, "last");
        for (TestSubscriber subscriber : live) {
            awaitCount(subscriber, (int) last.offset());
            subscriber.assertGapless();
            assertThat(subscriber.isLost()).isFalse();
            load.assertAllIn(subscriber.texts());
        }
    }

    @Test
    void restartedEmptyEveryoneIsToldAndANewEpochBegins() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", HISTORY);
        StreamPosition before = publish(a, "c", HISTORY, "1");
        awaitCount(live, 1);
        redis.restartEmpty();
        await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
        awaitUp(a);
        TestSubscriber back = a.subscribe("c", since(HISTORY, before, 100)).awaitJoined();
        assertThat(back.result().recovered()).isFalse();
        StreamPosition after = publish(a, "c", HISTORY, "2");
        assertThat(after.offset()).isEqualTo(1);
        assertThat(after.epoch())
                .isNotEqualTo(before.epoch())
                .isEqualTo(back.result().position().epoch());
        awaitCount(back, 1);
        assertThat(live.texts()).containsExactly("1");
    }

    @Test
    void hungItFailsFastAndGoesOnAfterwards() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = up(RedisNodes.on(new RedisConnections(redis.uri()), RedisNodes.quick()));
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "1");
        redis.suspend();
        try {
            List<CompletionStage<PublishResult>> stuck =
                    IntStream.range(0, 1000)
                            .mapToObj(
                                    i ->
                                            a.broker.publish(
                                                    "c",
                                                    text("s" + i),
                                                    PublishOptions.of(HISTORY, Priority.NORMAL)))
                            .toList();
            stuck.forEach(RedisFaultsIT::assertUnavailable);
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> a.broker.health() == Broker.State.DOWN);
            assertUnavailable(a.broker.history("c", HistoryQuery.TOP, HISTORY));
            TestSubscriber refused = a.subscribe("d", JoinRequest.LIVE);
            assertThat(refused.awaitFailed().reason()).isEqualTo(Reason.UNAVAILABLE);
        } finally {
            redis.resume();
        }
        awaitUp(a);
        StreamPosition last = publish(a, "c", HISTORY, "last");
        awaitCount(live, (int) last.offset());
        live.assertGapless();
        assertThat(live.isLost()).isFalse();
        assertThat(live.texts()).startsWith("1").endsWith("last");
    }

    @Test
    void flushedScriptsComeBackAndOrderStays() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", HISTORY);
        List<CompletionStage<PublishResult>> stages = new ArrayList<>();
        withCommands(
                redis,
                commands -> {
                    for (int i = 0; i < 5; i++) {
                        for (int j = 0; j < 300; j++) {
                            stages.add(
                                    a.broker.publish(
                                            "c",
                                            text("" + stages.size()),
                                            PublishOptions.of(HISTORY, Priority.NORMAL)));
                        }
                        commands.scriptFlush();
                    }
                });
        for (int i = 0; i < stages.size(); i++) {
            assertThat(get(stages.get(i)).position().offset()).isEqualTo(i + 1);
        }
        awaitCount(live, stages.size());
        live.assertGapless();
        assertThat(get(a.broker.history("c", HistoryQuery.TOP, HISTORY)).top().offset())
                .isEqualTo(stages.size());
    }

    @Test
    void unreachableAtTheStartItKeepsTrying() {
        RedisServer gone = RedisServer.start();
        gone.close();
        TestNode a = RedisNodes.on(gone.uri());
        opened(a);
        assertThat(a.broker.health()).isEqualTo(Broker.State.DOWN);
        assertUnavailable(
                a.broker.publish("c", text("x"), PublishOptions.of(HISTORY, Priority.NORMAL)));
        assertThat(a.subscribe("c", JoinRequest.LIVE).awaitFailed().reason())
                .isEqualTo(Reason.UNAVAILABLE);
        redis(new RedisOptions().port(gone.port()));
        awaitUp(a);
        TestSubscriber live = a.subscribed("c", HISTORY);
        publish(a, "c", HISTORY, "x");
        awaitCount(live, 1);
    }

    @Test
    void aTrimmedRangeIsNotRecovered() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        StreamPosition first = publish(a, "c", HISTORY, "1");
        for (int i = 2; i <= 10; i++) {
            publish(a, "c", HISTORY, "" + i);
        }
        withCommands(redis, commands -> commands.xtrim(ChannelKeys.stream("c"), 3));
        JoinResult refused = a.subscribe("c", since(HISTORY, first, 100)).awaitJoined().result();
        assertThat(refused.recovered()).isFalse();
        StreamPosition seven = new StreamPosition(7, first.epoch());
        assertThat(a.subscribe("c", since(HISTORY, seven, 100)).awaitJoined().texts())
                .containsExactly("8", "9", "10");
    }

    @Test
    void whatTheBusLostTheRegularCheckFinds() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", SMALL);
        publish(a, "c", SMALL, "1");
        awaitCount(live, 1);
        withCommands(
                redis,
                commands -> {
                    String entry =
                            commands.xrange(ChannelKeys.stream("c"), all())
                                    .getFirst()
                                    .getBody()
                                    .get("d");
                    // In one step: a check between two would find the entry gone.
                    commands.eval(
                            """
                            redis.call('XADD', KEYS[2], '2-0', 'd', ARGV[1])
                            return redis.call('HINCRBY', KEYS[1], 'offset', 1)
                            """,
                            ScriptOutputType.INTEGER,
                            new String[] {ChannelKeys.meta("c"), ChannelKeys.stream("c")},
                            entry);
                });
        awaitCount(live, 2);
        live.assertGapless();
    }

    private static Range<String> all() {
        return Range.unbounded();
    }

    @Test
    void aCutPubSubConnectionIsRepaired() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestNode b = node(redis);
        TestSubscriber live = b.subscribed("c", HISTORY);
        for (int i = 0; i < 5; i++) {
            withCommands(redis, commands -> commands.clientKill(KillArgs.Builder.typePubsub()));
            for (int j = 0; j < 50; j++) {
                publish(a, "c", HISTORY, "x");
            }
        }
        awaitCount(live, 250);
        live.assertGapless();
        assertThat(live.isLost()).isFalse();
    }

    @Test
    void keysThatAreOverMakeRoom() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        String keys = ChannelKeys.idempotency("c");
        String answers = ChannelKeys.answers("c");
        for (int i = 0; i < KEYS_MAX; i++) {
            keyed(a, "c", SMALL, "k" + i);
        }
        withCommands(
                redis,
                commands -> {
                    assertThat(commands.pttl(keys)).isBetween(200_000L, 300_000L);
                    assertThat(commands.pttl(answers)).isBetween(200_000L, 300_000L);
                    for (int i = 0; i < KEYS_MAX; i++) {
                        commands.zadd(keys, 1, "k" + i); // as if five minutes had gone by
                    }
                    assertThat(keyed(a, "c", SMALL, "k0").position().offset())
                            .isEqualTo(KEYS_MAX + 1);
                    assertThat(keyed(a, "c", SMALL, "k0").position().offset())
                            .isEqualTo(KEYS_MAX + 1);
                    assertThat(commands.zcard(keys)).isEqualTo(1);
                    assertThat(commands.hlen(answers)).isEqualTo(1);
                });
    }

    @Test
    void longPublicationsLieCompressedInRedis() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", SMALL);
        String data = "{\"key\":\"value\"}".repeat(1000);
        publish(a, "c", SMALL, data);
        awaitCount(live, 1);
        assertThat(live.texts()).containsExactly(data);
        History stored = get(a.broker.history("c", new HistoryQuery(null, 1, false), SMALL));
        assertThat(stored.publications())
                .extracting(publication -> publication.withId(0))
                .containsExactly(text(data).withOffset(1));
        withCommands(
                redis,
                commands ->
                        assertThat(
                                        commands.<Long>eval(
                                                "return #redis.call('XRANGE', KEYS[1], '-',"
                                                        + " '+')[1][2][2]",
                                                ScriptOutputType.INTEGER,
                                                ChannelKeys.stream("c")))
                                .isLessThan(data.length() / 10));
    }

    @Test
    void framesOfNewerNodesAreCountedAndPassedOver() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber stored = a.subscribed("c", SMALL);
        TestSubscriber live = a.subscribe("d", JoinRequest.LIVE).awaitJoined();
        publish(a, "c", SMALL, "1");
        publish(a, "d", HistoryOptions.NONE, "1");
        withCommands(
                redis,
                commands -> {
                    for (String channel : List.of("c", "d")) {
                        commands.publish(ChannelKeys.bus(channel), ":0:\u0002\u0001\u0000version");
                        commands.publish(ChannelKeys.bus(channel), ":0:\u0001\u0001@flag");
                        commands.publish(ChannelKeys.bus(channel), ":0:\u0001w\u0000kind");
                    }
                });
        publish(a, "c", SMALL, "2");
        publish(a, "d", HistoryOptions.NONE, "2");
        awaitCount(stored, 2);
        awaitCount(live, 2);
        assertThat(stored.texts()).containsExactly("1", "2");
        assertThat(live.texts()).containsExactly("1", "2");
        assertThat(stored.isLost() || live.isLost()).isFalse();
        // What a check was quicker to bring comes over the bus later.
        await().atMost(TestSubscriber.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(((RedisBroker) a.broker).counts())
                                        .containsEntry("UNREADABLE", 6L));
    }

    @Test
    void aStoredFrameOfANewerNodeIsAGapThatIsTold() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", SMALL);
        publish(a, "c", SMALL, "1");
        awaitCount(live, 1);
        withCommands(
                redis,
                commands ->
                        commands.eval(
                                """
                                local offset = redis.call('HINCRBY', KEYS[1], 'offset', 1)
                                redis.call('XADD', KEYS[2], offset .. '-0', 'd', ARGV[1])
                                local epoch = redis.call('HGET', KEYS[1], 'epoch')
                                redis.call('PUBLISH', KEYS[3], epoch .. ':' .. offset .. ':' .. ARGV[1])
                                return offset
                                """,
                                ScriptOutputType.INTEGER,
                                new String[] {
                                    ChannelKeys.meta("c"),
                                    ChannelKeys.stream("c"),
                                    ChannelKeys.bus("c")
                                },
                                "\u0002\u0001\u0000of version 2"));
        await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
        assertThat(live.texts()).containsExactly("1");
    }

    @Test
    void theBusIsLeftSomeTimeAfterTheLast() {
        RedisServer redis = redis(new RedisOptions());
        TestNode a = node(redis);
        TestSubscriber live = a.subscribed("c", SMALL);
        withCommands(
                redis,
                commands -> {
                    assertThat(commands.pubsubNumsub(ChannelKeys.bus("c")))
                            .containsEntry(ChannelKeys.bus("c"), 1L);
                    live.leave();
                    await().atMost(TestSubscriber.PATIENCE)
                            .until(
                                    () ->
                                            commands.pubsubNumsub(ChannelKeys.bus("c"))
                                                    .containsValue(0L));
                });
        TestSubscriber again = a.subscribed("c", SMALL);
        publish(a, "c", SMALL, "x");
        awaitCount(again, 1);
    }
}
