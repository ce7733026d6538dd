package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;

import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.RedisServer;
import io.hawser.devkit.Signal;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three members, two of them processes, one of which is killed: the survivors move its clients.
 * Prints how long that took; {@code docs/benchmarks/failover.md} has the figures.
 */
@ResourceLock("both cores")
class ReassignIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int CLIENTS = 17_000;
    private static final Pattern MOVED = Pattern.compile("MOVED (\\d+) in ms (\\d+) at (\\d+)");

    /** On two cores. */
    private static final List<String> LAUNCHER_OPTIONS =
            List.of(
                    "-Xmx512m",
                    "-Xmn32m",
                    "-XX:+UseParallelGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");

    private final RedisServer redis = RedisServer.start();
    private final List<ManagedProcess> processes = new ArrayList<>();

    @AfterEach
    void stop() {
        processes.forEach(ManagedProcess::kill);
        redis.close();
    }

    @Test
    void theClientsOfAKilledNodeAreMoved() {
        ManagedProcess a = start("a");
        ManagedProcess c = start("c");
        try (AffinityNode watcher = AffinityNode.start("b", redis.uri(), AffinityOptions.DEFAULT)) {
            for (int i = 0; i < CLIENTS; i++) {
                watcher.connect(ClientTraits.ofUser("b-user-" + i));
            }
            await().atMost(LONG).until(() -> watcher.entries() == 3 * CLIENTS);
            for (ManagedProcess each : processes) {
                System.out.println(
                        "ReassignIT " + each.awaitOutput(line -> line.startsWith("TAKEN"), LONG));
            }
            awaitSafe(watcher);
            kill("cold", a, c, 0);
            assertMoved(watcher);

            ManagedProcess again = start("c");
            again.awaitOutput(line -> line.startsWith("TAKEN"), LONG);
            awaitSafe(watcher);
            kill("warm", a, again, a.outputLines());
            assertMoved(watcher);
            for (int i = 0; i < CLIENTS; i += 1_000) {
                Placement placement = watcher.place(ClientTraits.ofUser("c-user-" + i));
                assertThat(placement.reason()).isEqualTo(Placement.Reason.MAPPED);
            }
        }
    }

    /** Nothing is lost, and nothing left at the node that is lost; a busy grid is asked again. */
    private static void assertMoved(AffinityNode watcher) {
        IMap<String, AffinityEntry> map = watcher.member().hazelcast().getMap("affinity");
        await().atMost(LONG)
                .ignoreExceptions()
                .untilAsserted(
                        () -> {
                            assertThat(map.keySet(Predicates.equal("node", "c"))).isEmpty();
                            assertThat(map.size()).isEqualTo(3 * CLIENTS);
                        });
    }

    /** A third of the keys is on the member that hangs; nobody waits for those either. */
    @Test
    void aMemberThatHangsHoldsUpNobody() {
        start("a");
        ManagedProcess hung = start("c");
        try (AffinityNode node = AffinityNode.start("b", redis.uri(), AffinityOptions.DEFAULT)) {
            await().atMost(LONG).until(() -> node.entries() == 2 * CLIENTS);
            awaitSafe(node);
            node.place(ClientTraits.ofUser("warm"));
            hung.signal(Signal.STOP);
            Path state = Path.of("/proc", String.valueOf(hung.pid()), "stat");
            await().until(() -> Files.readString(state).contains(") T "));

            Map<Placement.Reason, Integer> reasons = new EnumMap<>(Placement.Reason.class);
            List<CompletionStage<Placement>> asked = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                ClientTraits user = ClientTraits.ofUser("a-user-" + i);
                asked.add(node.affinity().place(user));
                node.connect(ClientTraits.ofUser("new-" + i));
            }
            long startNanos = System.nanoTime();
            for (CompletionStage<Placement> each : asked) {
                Placement placement = each.toCompletableFuture().join();
                assertThat(placement.node()).isNotNull();
                reasons.merge(placement.reason(), 1, Integer::sum);
            }
            System.out.printf(
                    "ReassignIT hung: %s, the last answer after %d ms%n",
                    reasons, Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
            // On a busy machine the others may have no answer in time either.
            assertThat(reasons.keySet())
                    .isSubsetOf(Placement.Reason.MAPPED, Placement.Reason.NO_ANSWER);

            // Once the grid has given the member up, all that waited is written.
            await().atMost(LONG).until(() -> !node.live().contains("c"));
            await().atMost(LONG)
                    .until(
                            () ->
                                    node.where(ClientTraits.ofUser("new-0")).equals("b MAPPED")
                                            && node.affinity().counts().waiting() == 0);
            for (int i = 0; i < 300; i++) {
                assertThat(node.where(ClientTraits.ofUser("new-" + i))).isEqualTo("b MAPPED");
            }
        }
    }

    /** What has no backup yet would be lost, not moved. */
    private static void awaitSafe(AffinityNode watcher) {
        var partitions = watcher.member().hazelcast().getPartitionService();
        await().atMost(LONG).until(partitions::isClusterSafe);
    }

    private static void kill(
            String how, ManagedProcess oldest, ManagedProcess victim, long linesBefore) {
        long killedAtMs = System.currentTimeMillis();
        victim.kill();
        String line = oldest.awaitOutput(linesBefore, text -> MOVED.matcher(text).find(), LONG);
        Matcher moved = MOVED.matcher(line);
        assertThat(moved.find()).isTrue();
        System.out.printf(
                "ReassignIT %s: %s entries moved in %s ms, done %d ms after the kill%n",
                how, moved.group(1), moved.group(2), Long.parseLong(moved.group(3)) - killedAtMs);
        // Fewer than all, or none, if a call before had no answer in time and did a part, or all.
        assertThat(Integer.parseInt(moved.group(1))).isBetween(0, CLIENTS);
    }

    private ManagedProcess start(String id) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHER_OPTIONS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(
                List.of(AffinityNodeMain.class.getName(), id, redis.uri(), "" + CLIENTS, "3"));
        ManagedProcess process = ManagedProcess.builder("node " + id, command).start();
        processes.add(process);
        process.awaitOutput(line -> line.startsWith("READY"), LONG);
        return process;
    }
}
