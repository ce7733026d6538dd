package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.awaitUp;
import static io.hawser.grid.pubsub.BrokerContract.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.Ports;
import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.ServiceSource;
import io.hawser.grid.pubsub.BrokerContract;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisMode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis Cluster of 6.2, which comes in a Maven package: without sharded publish/subscribe each
 * publication goes to all of its servers.
 */
class RedisOldClusterIT {
    /** So much above a server's port is that for the other servers, always before 7.0. */
    private static final int BUS = 10_000;

    private static final int SLOTS = 16_384;

    private static RedisServer master() {
        int port = Ports.free();
        while (port > 22_000 || !isFree(port + BUS)) {
            port = Ports.free();
        }
        return RedisServer.start(
                new RedisOptions()
                        .source(ServiceSource.PACKAGED)
                        .port(port)
                        .arguments("--cluster-enabled", "yes"));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static void join(RedisServer one, RedisServer other) {
        List<RedisServer> both = List.of(one, other);
        for (int i = 0; i < 2; i++) {
            String slots =
                    IntStream.range(SLOTS / 2 * i, SLOTS / 2 * (i + 1))
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(" "));
            both.get(i).ask("CLUSTER ADDSLOTS " + slots);
            both.get(i).ask("CLUSTER SET-CONFIG-EPOCH " + (i + 1));
        }
        other.ask("CLUSTER MEET 127.0.0.1 " + one.port());
        await().atMost(TestSubscriber.PATIENCE)
                .until(
                        () ->
                                both.stream()
                                        .map(server -> server.ask("CLUSTER INFO"))
                                        .allMatch(
                                                info ->
                                                        info.contains("cluster_state:ok")
                                                                && info.contains(
                                                                        "cluster_known_nodes:2")));
    }

    private static TestNode node(RedisServer server) {
        TestNode node = RedisNodes.on(RedisMode.CLUSTER, List.of(server.uri()), RedisNodes.quick());
        awaitUp(node);
        return node;
    }

    @Test
    void publicationsOfAllSlotsReachEveryNode() {
        try (RedisServer one = master();
                RedisServer other = master()) {
            join(one, other);
            try (TestNode a = node(one);
                    TestNode b = node(other)) {
                List<String> channels = IntStream.range(0, 20).mapToObj(i -> "c" + i).toList();
                List<TestSubscriber> live =
                        channels.stream().map(name -> b.subscribed(name, HISTORY)).toList();
                for (String name : channels) {
                    for (int i = 1; i <= 10; i++) {
                        publish(a, name, HISTORY, "" + i);
                    }
                }
                live.forEach(subscriber -> awaitCount(subscriber, 10));
                live.forEach(TestSubscriber::assertGapless);
                assertThat(one.ask("DBSIZE")).isNotEqualTo("0");
                assertThat(other.ask("DBSIZE")).isNotEqualTo("0");
                BrokerContract.get(a.broker.sendControl(Payload.of("to all")));
                await().atMost(TestSubscriber.PATIENCE).until(() -> a.controls.size() == 1);
                await().atMost(TestSubscriber.PATIENCE).until(() -> b.controls.size() == 1);
            }
        }
    }
}
