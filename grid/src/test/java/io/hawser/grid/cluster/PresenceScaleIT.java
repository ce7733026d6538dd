package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;
import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.MemberPage;
import io.hawser.grid.presence.PresenceStats;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** 100,000 members of one channel on three nodes, of which one is a process that is killed. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("both cores")
class PresenceScaleIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String CHANNEL = "channel-0";
    private static final int HERE = 33_000;
    private static final int THERE = 34_000;
    private static final int ALL = 2 * HERE + THERE;

    /** Four standard errors of the estimate. */
    private static final double ESTIMATE = 0.065;

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.uri());
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final TestNode a = node("a");
    private final TestNode b = node("b");
    private final List<ManagedProcess> processes = new ArrayList<>();

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
    void aHundredThousandMembers() {
        ManagedProcess victim = process();
        long startNanos = System.nanoTime();
        for (int i = 0; i < HERE; i++) {
            a.enter(CHANNEL, "a-" + i);
            b.enter(CHANNEL, "b-" + i);
        }
        for (TestNode node : List.of(a, b)) {
            await().atMost(LONG).until(() -> node.stats(CHANNEL).clients() == ALL);
            // Who they are is a moment older than how many.
            await().atMost(LONG)
                    .until(() -> Math.abs(node.stats(CHANNEL).users() - ALL) < ESTIMATE * ALL);
        }
        print("66,000 members came and are counted everywhere", startNanos, 1);
        assertThat(a.shares()).as("what the grid has of 100,000 members").isEqualTo(3);
        await().atMost(LONG).until(() -> a.roll() == 0);
        assertThat(a.members(CHANNEL, 10_000)).isEqualTo(new MemberList.TooMany(ALL));

        startNanos = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(a.stats(CHANNEL).clients()).isEqualTo(ALL);
        }
        print("a count of 100,000 members", startNanos, 100);
        List<String> clients = page();
        assertThat(clients).hasSize(ALL).isSorted().doesNotHaveDuplicates();

        victim.kill();
        await().atMost(LONG).until(() -> a.eventsOf("c").contains(NodeLost.class));
        // Whether or not anybody has cleaned up.
        PresenceStats left = a.stats(CHANNEL);
        assertThat(left.clients()).isEqualTo(2 * HERE);
        assertThat((double) left.users()).isCloseTo(2 * HERE, within(ESTIMATE * 2 * HERE));
        await().atMost(LONG).until(() -> a.shares() == 2);
        assertThat(a.lost()).as("34,000 times 66,000 messages").isEmpty();
        assertThat(b.lost()).isEmpty();

        process();
        await().atMost(LONG).until(() -> b.stats(CHANNEL).clients() == ALL);
        for (int i = 0; i < HERE; i++) {
            a.leave(CHANNEL, "a-" + i);
        }
        await().atMost(LONG).until(() -> b.stats(CHANNEL).clients() == ALL - HERE);
        assertThat(a.told()).as("joins told while it was small").hasSizeLessThan(3_000);
    }

    private List<String> page() {
        List<String> clients = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        long startNanos = System.nanoTime();
        while (cursor != null) {
            MemberPage page = a.page(CHANNEL, cursor, 1_000);
            page.members().forEach(located -> clients.add(located.info().client()));
            assertThat(page.stats().clients()).isEqualTo(ALL);
            cursor = page.next();
            pages++;
        }
        print("a page of 1,000 of 100,000 members", startNanos, pages);
        return clients;
    }

    private static void print(String what, long startNanos, int times) {
        double eachMs = (System.nanoTime() - startNanos) / 1e6 / times;
        System.out.printf("%s: %.2f ms%n", what, eachMs);
    }

    private TestNode node(String id) {
        return TestNode.plan(id)
                .contract("redis")
                .directory(new RedisNodeDirectory(connection::async))
                .start();
    }

    private ManagedProcess process() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(GridNodeMain.class.getName(), "c", redis.uri(), "" + THERE, "1"));
        ManagedProcess process = ManagedProcess.builder("node c", command).start();
        processes.add(process);
        process.awaitOutput(line -> line.startsWith("READY "), LONG);
        return process;
    }
}
