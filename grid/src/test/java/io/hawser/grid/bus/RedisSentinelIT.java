package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.get;
import static io.hawser.grid.pubsub.BrokerContract.publish;
import static io.hawser.grid.pubsub.BrokerContract.since;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.Ports;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisSentinels;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestLoad;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisLogin;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@link RedisBroker} on a master and a replica that a Sentinel watches. */
class RedisSentinelIT {
    @BeforeAll
    static void pollOften() {
        BrokerContract.pollOften();
    }

    private static TestNode node(RedisSentinels sentinels) {
        // The first Sentinel of the list is away.
        String uri =
                sentinels
                        .uri()
                        .replace(
                                "redis-sentinel://",
                                "redis-sentinel://127.0.0.1:" + Ports.free() + ",");
        TestNode node = RedisNodes.on(RedisMode.SENTINEL, List.of(uri), RedisNodes.quick());
        awaitUp(node);
        return node;
    }

    @Test
    void publishesGoOnAfterAPromotionAndNothingIsLostInSilence() throws InterruptedException {
        try (RedisServer first = RedisServer.start(new RedisOptions().local());
                RedisServer second =
                        RedisServer.start(new RedisOptions().local().replicaOf(first));
                RedisSentinels sentinels = RedisSentinels.watch(first, 1, 1);
                TestNode a = node(sentinels);
                TestNode b = node(sentinels)) {
            TestSubscriber live = b.subscribed("c", HISTORY);
            StreamPosition before = publish(a, "c", HISTORY, "0");
            TestLoad load = new TestLoad(a, "c");
            load.awaitMore(200);
            // A master that stood still for a moment may have been replaced before.
            int next = sentinels.masterPort() == first.port() ? second.port() : first.port();
            sentinels.failOver();
            await().atMost(TestSubscriber.PATIENCE).until(() -> sentinels.masterPort() == next);
            load.awaitMore(200);
            load.stop();
            awaitUp(b);
            StreamPosition last = publish(a, "c", HISTORY, "last");
            if (last.epoch().equals(before.epoch())) {
                awaitCount(live, (int) last.offset());
                live.assertGapless();
                load.assertAllIn(live.texts());
            } else {
                await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
            }
        }
    }

    @Test
    void aMasterThatDiesIsReplaced() throws InterruptedException {
        try (RedisServer first = RedisServer.start(new RedisOptions().local());
                RedisServer second =
                        RedisServer.start(new RedisOptions().local().replicaOf(first));
                RedisSentinels sentinels = RedisSentinels.watch(first, 1, 1);
                TestNode a = node(sentinels);
                TestNode b = node(sentinels)) {
            TestSubscriber live = b.subscribed("c", HISTORY);
            StreamPosition before = publish(a, "c", HISTORY, "0");
            TestLoad load = new TestLoad(a, "c");
            load.awaitMore(200);
            int port = sentinels.masterPort();
            int refused = load.refused.get();
            (port == first.port() ? first : second).kill();
            load.awaitRefusal(refused);
            await().atMost(TestSubscriber.PATIENCE).until(() -> sentinels.masterPort() != port);
            load.awaitMore(200);
            load.stop();
            awaitUp(b);
            StreamPosition last = publish(a, "c", HISTORY, "last");
            TestSubscriber back = b.subscribe("c", since(HISTORY, before, 100_000)).awaitJoined();
            if (last.epoch().equals(before.epoch())) {
                awaitCount(live, (int) last.offset());
                live.assertGapless();
                load.assertAllIn(live.texts());
            } else {
                await().atMost(TestSubscriber.PATIENCE).until(live::isLost);
                assertThat(back.result().recovered()).isFalse();
            }
        }
    }

    /** With {@code redis.wait_replicas}: the next master is the replica that has most. */
    @Test
    void whatPublishersWereToldOutlivesTheMaster() throws InterruptedException {
        try (RedisServer first = RedisServer.start(new RedisOptions().local());
                RedisServer second =
                        RedisServer.start(new RedisOptions().local().replicaOf(first));
                RedisServer third = RedisServer.start(new RedisOptions().local().replicaOf(first));
                RedisSentinels sentinels = RedisSentinels.watch(first, 2, 1);
                TestNode node = node(sentinels, 1, RedisLogin.NONE)) {
            awaitUp(node);
            await().atMost(TestSubscriber.PATIENCE)
                    .until(
                            () ->
                                    first.ask("INFO replication").split("state=online", -1).length
                                            == 3);
            Map<String, TestLoad> loads = new HashMap<>();
            Map<String, String> epochs = new HashMap<>();
            for (String channel : List.of("a", "b", "c", "d")) {
                epochs.put(channel, publish(node, channel, HISTORY, "first").epoch());
                loads.put(channel, new TestLoad(node, channel));
            }
            loads.values().forEach(load -> load.awaitMore(100));
            int port = sentinels.masterPort();
            Stream.of(first, second, third)
                    .filter(redis -> redis.port() == port)
                    .forEach(RedisServer::kill);
            await().atMost(TestSubscriber.PATIENCE).until(() -> sentinels.masterPort() != port);
            loads.values().forEach(load -> load.awaitMore(100));
            for (Map.Entry<String, TestLoad> each : loads.entrySet()) {
                each.getValue().stop();
                History stored =
                        get(
                                node.broker.history(
                                        each.getKey(),
                                        new HistoryQuery(null, 100_000, false),
                                        HISTORY));
                assertThat(stored.top().epoch()).isEqualTo(epochs.get(each.getKey()));
                each.getValue()
                        .assertAllIn(
                                stored.publications().stream()
                                        .map(publication -> publication.data().toString())
                                        .toList());
            }
        }
    }

    @Test
    void sentinelsWithUsersOfTheirOwnAreAskedByOne() {
        try (RedisServer redis = RedisServer.start(new RedisOptions().local());
                RedisSentinels sentinels = RedisSentinels.watch(redis, 0, 1)) {
            sentinels.requireLogin("asker", "s3cret");
            try (TestNode stranger = node(sentinels, 0, RedisLogin.NONE);
                    TestNode wrong = node(sentinels, 0, new RedisLogin("asker", "secret"));
                    TestNode node = node(sentinels, 0, new RedisLogin("asker", "s3cret"))) {
                awaitUp(node);
                TestSubscriber live = node.subscribed("c", HISTORY);
                publish(node, "c", HISTORY, "1");
                awaitCount(live, 1);
                assertThat(stranger.broker.health()).isEqualTo(Broker.State.DOWN);
                assertThat(wrong.broker.health()).isEqualTo(Broker.State.DOWN);
            }
        }
    }

    private static TestNode node(RedisSentinels sentinels, int replicas, RedisLogin login) {
        var settings =
                new RedisSettings(
                        RedisMode.SENTINEL,
                        List.of(sentinels.uri()),
                        RedisNodes.PATIENT,
                        "",
                        replicas,
                        login);
        return RedisNodes.on(RedisServers.of(settings), RedisNodes.quick());
    }
}
