package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.devkit.RedisClusterServers;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.RedisNodeDirectory;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.TestLoad;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The contract on a Redis Cluster of three masters and three replicas, and their failovers. */
class RedisClusterIT extends BrokerContract {
    private static @Nullable RedisClusterServers cluster;

    private final Map<TestNode, RedisServers> servers = new HashMap<>();

    @BeforeAll
    static void startRedis() {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        cluster = RedisClusterServers.start(3);
    }

    @AfterAll
    static void stopRedis() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static RedisClusterServers cluster() {
        return Objects.requireNonNull(cluster);
    }

    @Override
    protected TestNode newNode() {
        RedisServers its = RedisNodes.patient(RedisMode.CLUSTER, cluster().uris().subList(0, 2));
        TestNode node = RedisNodes.on(its, RedisNodes.quick());
        servers.put(node, its);
        awaitUp(node);
        return node;
    }

    @Override
    protected void awaitNoticed(TestNode node) {
        RedisServers its = Objects.requireNonNull(servers.get(node));
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> its.all().stream().allMatch(RedisConnections::isWatched));
    }

    @Override
    protected boolean isShared() {
        return true;
    }

    /** Commands and publications may come from two servers. */
    @Override
    @Test
    public void g8_aCommandComesBehindWhatWasAcknowledgedBefore() {
        assertControlReachesEveryNode();
    }

    @Test
    void nodesAreFoundOnWhicheverServerTheyAre() {
        try (RedisServers all = RedisNodes.patient(RedisMode.CLUSTER, cluster().uris())) {
            all.start();
            await().atMost(TestSubscriber.PATIENCE).until(() -> all.textCommands().get() != null);
            var directory = new RedisNodeDirectory(all.textCommands());
            List<NodeId> nodes = IntStream.range(0, 10).mapToObj(i -> new NodeId("n" + i)).toList();
            nodes.forEach(node -> directory.put(node, "{}", Duration.ofMinutes(1)));
            assertThat(directory.list())
                    .containsOnlyKeys(nodes.stream().map(NodeId::value).toList());
            nodes.forEach(directory::remove);
            assertThat(directory.list()).isEmpty();

            directory.lives(nodes.getFirst(), 3);
            directory.lives(nodes.getFirst(), 2);
            assertThat(directory.lastLife(nodes.getFirst())).isEqualTo(3);
            assertThat(directory.lastLife(nodes.getLast())).isZero();
        }
    }

    @Test
    void channelsAndCommandsFollowTheirSlotsToAnotherMaster() throws InterruptedException {
        try (TestNode a = newNode();
                TestNode b = newNode()) {
            List<String> channels = IntStream.range(0, 5).mapToObj(i -> channel + "-" + i).toList();
            List<TestSubscriber> live =
                    channels.stream().map(name -> b.subscribed(name, HISTORY)).toList();
            List<TestLoad> loads = channels.stream().map(name -> new TestLoad(a, name)).toList();
            loads.forEach(load -> load.awaitMore(20));
            int commands = cluster().masterOf(ChannelKeys.CONTROL);
            cluster().failOver(commands);
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> cluster().masterOf(ChannelKeys.CONTROL) == commands + 3);
            loads.forEach(load -> load.awaitMore(50));
            for (int i = 0; i < channels.size(); i++) {
                loads.get(i).stop();
                assertWhole(a, live.get(i), loads.get(i));
            }
            awaitUp(a);
            awaitUp(b);
            awaitControl(a, "to all", b);

            cluster().server(commands + 3).kill();
            loads = channels.stream().map(name -> new TestLoad(a, name)).toList();
            await().atMost(TestSubscriber.PATIENCE)
                    .until(() -> cluster().masterOf(ChannelKeys.CONTROL) == commands);
            loads.forEach(load -> load.awaitMore(50));
            for (int i = 0; i < channels.size(); i++) {
                loads.get(i).stop();
                StreamPosition last = publish(a, channels.get(i), HISTORY, "last");
                TestSubscriber subscriber = live.get(i);
                await().atMost(TestSubscriber.PATIENCE)
                        .until(() -> subscriber.isLost() || subscriber.count() == last.offset());
                if (!subscriber.isLost()) {
                    subscriber.assertGapless();
                    loads.get(i).assertAllIn(subscriber.texts());
                }
            }
            awaitUp(a);
            awaitUp(b);
            awaitControl(a, "again", b);
        }
    }

    /** A failover that both agree on loses nothing. */
    private static void assertWhole(TestNode node, TestSubscriber subscriber, TestLoad load) {
        StreamPosition last = publish(node, subscriber.channel, HISTORY, "end");
        awaitCount(subscriber, (int) last.offset());
        subscriber.assertGapless();
        assertThat(subscriber.isLost()).isFalse();
        load.assertAllIn(subscriber.texts());
    }
}
