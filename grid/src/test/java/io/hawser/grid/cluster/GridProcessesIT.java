package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.Signal;
import io.hawser.grid.cluster.ClusterEvent.NodeJoined;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;
import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.MemberPage;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.Payload;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two nodes in this JVM and one in a process that is killed, stopped and started; real Redis. */
@Execution(ExecutionMode.CONCURRENT)
class GridProcessesIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int CLIENTS = 3_000;

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.uri());
    private final StatefulRedisConnection<String, String> connection = connect(client);
    private final List<ManagedProcess> processes = new ArrayList<>();
    private TestNode a = node("a");
    private TestNode b = node("b");

    @BeforeEach
    void bothAreThere() {
        await().atMost(LONG).until(() -> a.live().size() == 2 && b.live().size() == 2);
    }

    @AfterEach
    void stopAll() {
        processes.forEach(ManagedProcess::kill);
        b.close();
        a.close();
        connection.close();
        client.shutdown();
        redis.close();
    }

    @Test
    void aKilledNodeIsLostAndItsClientsLeaveOnce() {
        a.enter("channel-0", "of-a");
        ManagedProcess victim = process("c");
        assertThat(ready(victim)).isEqualTo(1);
        await().atMost(LONG).until(() -> present() == CLIENTS + 1);
        // Counters follow the members, who were asked of their nodes.
        PresenceStats all = new PresenceStats(CLIENTS / 10 + 1, CLIENTS / 10 + 1);
        await().atMost(LONG).until(() -> b.stats("channel-0").equals(all));
        await().atMost(LONG).until(() -> a.roll() == CLIENTS / 2 + 1);
        assertThat(b.clients("channel-0")).contains("of-a", "c-0").hasSize(CLIENTS / 10 + 1);

        victim.kill();

        await().atMost(LONG)
                .until(() -> a.eventsOf("c").equals(List.of(NodeJoined.class, NodeLost.class)));
        await().atMost(LONG)
                .until(() -> b.eventsOf("c").equals(List.of(NodeJoined.class, NodeLost.class)));
        assertThat(b.clients("channel-0")).containsExactly("of-a");
        assertThat(b.stats("channel-0")).isEqualTo(new PresenceStats(1, 1));
        await().atMost(LONG).until(() -> a.shares() == 1 && a.roll() == 1);
        await().atMost(LONG).until(() -> leaves().size() >= CLIENTS / 2);
        assertThat(leaves()).doesNotHaveDuplicates().hasSize(CLIENTS / 2);
        assertThat(leaves()).contains("channel-0/c-0").doesNotContain("channel-1/c-1");

        assertThat(ready(process("c"))).isEqualTo(2);
        await().atMost(LONG).until(() -> present() == CLIENTS + 1);
        assertThat(leaves()).hasSize(CLIENTS / 2);
    }

    @Test
    void aKilledCoordinatorIsReplaced() {
        // The process must be the oldest: the two here are started again behind it.
        ManagedProcess victim = process("c");
        ready(victim);
        b.close();
        a.close();
        a = node("a");
        b = node("b");
        await().atMost(LONG).until(() -> a.live().size() == 3 && b.live().size() == 3);
        assertThat(a.registry().isCoordinator() || b.registry().isCoordinator()).isFalse();
        await().atMost(LONG).until(() -> present() == CLIENTS && a.roll() == CLIENTS / 2);
        // What has no backup yet would be lost, and nobody could tell of it.
        var partitions = a.member().hazelcast().getPartitionService();
        await().atMost(LONG).until(partitions::isClusterSafe);

        victim.kill();

        await().atMost(LONG).until(() -> a.shares() == 0 && a.roll() == 0);
        await().atMost(LONG).until(() -> leaves().size() >= CLIENTS / 2);
        assertThat(leaves()).doesNotHaveDuplicates().hasSize(CLIENTS / 2);
    }

    @Test
    void aGridDoesNotNeedRedisOnceItHasFormed() {
        redis.kill();
        a.enter("news", "one");
        b.enter("news", "two");
        await().atMost(LONG)
                .until(() -> a.clients("news").size() == 2 && b.clients("news").size() == 2);
        // Two periods of the announcements fail in this time.
        await().during(Duration.ofSeconds(5))
                .atMost(LONG)
                .until(() -> a.live().size() == 2 && b.live().size() == 2);
        assertThat(a.eventsOf("b")).doesNotContain(NodeLost.class);
        redis.restartEmpty();
        var directory = new RedisNodeDirectory(connection::async);
        await().atMost(LONG).ignoreExceptions().until(() -> directory.list().size() == 2);
    }

    @Test
    void aSurveySaysThatAHungNodeIsMissing() {
        ManagedProcess hung = process("c");
        ready(hung);
        await().atMost(LONG).until(() -> a.live().size() == 3);
        a.member().survey().handle("ping", question -> question);
        b.member().survey().handle("ping", question -> question);
        hung.signal(Signal.STOP);
        List<Answer> answers =
                a.member()
                        .survey()
                        .ask("ping", Payload.of("?"), Duration.ofSeconds(5))
                        .toCompletableFuture()
                        .join();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).isInstanceOf(Answer.Given.class);
        assertThat(answers.get(1)).isInstanceOf(Answer.Given.class);
        assertThat(answers.get(2))
                .isEqualTo(new Answer.Missing(new NodeId("c"), "no answer in time"));
        // Hazelcast's own ten seconds: the safety net.
        await().atMost(LONG).until(() -> a.eventsOf("c").contains(NodeLost.class));
    }

    @Test
    void presenceNamesTheNodeThatDoesNotAnswer() {
        ManagedProcess hung = process("c");
        ready(hung);
        await().atMost(LONG).until(() -> present() == CLIENTS);
        // Counters that a hung node keeps for others are silent too, until it is given up.
        String channel = channelKeptBy(a);
        await().atMost(LONG).until(() -> a.stats(channel).clients() == CLIENTS / 10);
        a.enter(channel, "zz-of-a");
        hung.signal(Signal.STOP);
        MemberPage page =
                await().atMost(LONG)
                        .ignoreExceptions()
                        .until(
                                () ->
                                        a.presence()
                                                .page(channel, "", 500)
                                                .toCompletableFuture()
                                                .get(5, TimeUnit.SECONDS),
                                _ -> true);
        assertThat(page.missing()).containsExactly("c");
        assertThat(page.members()).extracting(MemberPage.Located::node).containsExactly("a");
        assertThat(page.stats().clients()).isEqualTo(CLIENTS / 10 + 1);
        assertThat(a.presence().members(channel, 10_000).toCompletableFuture())
                .failsWithin(Duration.ofSeconds(10));
        assertThat(a.members(channel, 10)).isEqualTo(new MemberList.TooMany(CLIENTS / 10 + 1));
        await().atMost(LONG).until(() -> a.eventsOf("c").contains(NodeLost.class));
        assertThat(a.clients(channel)).containsExactly("zz-of-a");
    }

    private String channelKeptBy(TestNode node) {
        var hazelcast = node.member().hazelcast();
        var self = hazelcast.getCluster().getLocalMember();
        for (int i = 0; i < 10; i++) {
            var owner = hazelcast.getPartitionService().getPartition("channel-" + i).getOwner();
            if (self.equals(owner)) {
                return "channel-" + i;
            }
        }
        throw new AssertionError("no channel of ten is kept by " + self);
    }

    private TestNode node(String id) {
        return TestNode.plan(id)
                .contract("redis")
                .directory(new RedisNodeDirectory(connection::async))
                .start();
    }

    private ManagedProcess process(String id) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-XX:ReservedCodeCacheSize=240m", "-XX:SweeperThreshold=100"));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(GridNodeMain.class.getName(), id, redis.uri(), "" + CLIENTS, "10"));
        ManagedProcess process = ManagedProcess.builder("node " + id, command).start();
        processes.add(process);
        return process;
    }

    private static int ready(ManagedProcess process) {
        String line = process.awaitOutput(text -> text.startsWith("READY "), LONG);
        return Integer.parseInt(line.substring("READY ".length()));
    }

    private int present() {
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += a.clients("channel-" + i).size();
        }
        return sum;
    }

    private List<String> leaves() {
        List<String> all = new ArrayList<>(a.lost());
        all.addAll(b.lost());
        return all;
    }

    private static StatefulRedisConnection<String, String> connect(RedisClient client) {
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        return client.connect();
    }
}
