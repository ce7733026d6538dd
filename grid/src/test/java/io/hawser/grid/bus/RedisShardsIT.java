package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisMode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/** The contract on several Redis servers that know nothing of each other, and what they lose. */
class RedisShardsIT extends BrokerContract {
    private static final List<RedisServer> servers = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        for (int i = 0; i < 3; i++) {
            servers.add(RedisServer.start());
        }
    }

    @AfterAll
    static void stopRedis() {
        servers.forEach(RedisServer::close);
    }

    private static TestNode node(List<RedisServer> list) {
        TestNode node =
                RedisNodes.on(
                        RedisMode.SHARDS,
                        list.stream().map(RedisServer::uri).toList(),
                        RedisNodes.quick());
        awaitUp(node);
        return node;
    }

    @Override
    protected TestNode newNode() {
        return node(servers);
    }

    @Override
    protected boolean isShared() {
        return true;
    }

    /** Commands and publications may come from two servers, which know nothing of each other. */
    @Override
    @Test
    public void g8_aCommandComesBehindWhatWasAcknowledgedBefore() {
        assertControlReachesEveryNode();
    }

    private static boolean has(RedisServer server, String channel) {
        try (RedisClient client = RedisClient.create(server.uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            return connection.sync().exists(ChannelKeys.meta(channel)) == 1;
        }
    }

    private static RedisServer homeOf(String channel) {
        return servers.stream().filter(server -> has(server, channel)).findFirst().orElseThrow();
    }

    @Test
    void aServerThatDiesTakesItsOwnChannelsOnly() {
        try (TestNode a = node(servers);
                TestNode b = node(servers)) {
            List<String> channels =
                    IntStream.range(0, 12).mapToObj(i -> channel + "-" + i).toList();
            List<TestSubscriber> live =
                    channels.stream().map(name -> b.subscribed(name, HISTORY)).toList();
            channels.forEach(name -> publish(a, name, HISTORY, "1"));
            RedisServer dead = homeOf(channels.getFirst());
            List<String> away = channels.stream().filter(name -> has(dead, name)).toList();
            assertThat(away).as("channels of one server").hasSizeLessThan(channels.size());
            dead.kill();
            try {
                await().atMost(TestSubscriber.PATIENCE)
                        .until(() -> a.broker.health() == Broker.State.DOWN);
                for (String name : channels) {
                    if (away.contains(name)) {
                        assertThatThrownBy(() -> publish(a, name, HISTORY, "lost"))
                                .isInstanceOf(CompletionException.class);
                    } else {
                        assertThat(publish(a, name, HISTORY, "2").offset()).isEqualTo(2);
                    }
                }
                awaitControl(a, "to all", b);
            } finally {
                dead.restart();
            }
            awaitUp(a);
            awaitUp(b);
            for (TestSubscriber subscriber : live) {
                if (away.contains(subscriber.channel)) {
                    await().atMost(TestSubscriber.PATIENCE).until(subscriber::isLost);
                } else {
                    awaitCount(subscriber, 2);
                    subscriber.assertGapless();
                }
            }
        }
    }

    @Test
    void whoMovesToAnotherServerAndBackBeginsANewEpoch() {
        List<RedisServer> two = servers.subList(0, 2);
        List<String> channels = IntStream.range(0, 20).mapToObj(i -> channel + "-" + i).toList();
        List<StreamPosition> positions;
        try (TestNode a = node(two)) {
            positions = channels.stream().map(name -> publish(a, name, HISTORY, "1")).toList();
        }
        try (TestNode a = node(servers.subList(0, 1))) {
            for (int i = 0; i < channels.size(); i++) {
                boolean stayed = has(servers.getFirst(), channels.get(i));
                assertThat(isRecovered(a, channels.get(i), positions.get(i)))
                        .as("recovered, having stayed: %s", stayed)
                        .isEqualTo(stayed);
                publish(a, channels.get(i), HISTORY, "2");
            }
        }
        try (TestNode a = node(two)) {
            int moved = 0;
            for (int i = 0; i < channels.size(); i++) {
                String name = channels.get(i);
                JoinResult result =
                        a.subscribe(name, since(HISTORY, positions.get(i), 100))
                                .awaitJoined()
                                .result();
                if (result.recovered()) {
                    assertThat(result.publications()).hasSize(1);
                } else {
                    moved++;
                    assertThat(result.position().offset()).as("stale entries").isZero();
                }
            }
            assertThat(moved).as("of 20 channels").isBetween(1, 19);
        }
    }

    private static boolean isRecovered(TestNode node, String channel, StreamPosition position) {
        TestSubscriber subscriber =
                node.subscribe(channel, since(HISTORY, position, 100)).awaitJoined();
        subscriber.leave();
        return subscriber.result().recovered();
    }
}
