package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.ManagedProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What clients and other nodes wait for goes before the rest of a node. */
class PrioritiesIT {
    /** Of proc_pid_stat(5), behind the name: fields 19 and 41. */
    private static final int NICE = 19 - 3;

    private static final int POLICY = 41 - 3;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void threadsThatOthersWaitForAreFirst(@TempDir Path directory) throws IOException {
        try (TestCluster cluster = TestCluster.start(1, directory, Map.of())) {
            Map<String, Integer> nice = ofThreads(cluster.node(1).pid(), NICE);
            Map<String, Integer> policies = ofThreads(cluster.node(1).pid(), POLICY);
            int first = permitted("-10");
            for (String thread :
                    List.of(
                            "io I/O-1",
                            "io Accept",
                            "heartbeat",
                            "agent",
                            "lettuce-epollEv",
                            "channels-0")) {
                assertThat(nice).as(thread).containsEntry(thread, first);
                assertThat(policies)
                        .as(thread)
                        .containsEntry(thread, first < 0 ? SCHED_BATCH : SCHED_OTHER);
            }
            // Here it is the serial collector, which has no threads of its own.
            assertThat(nice).containsEntry("VM Thread", first);
            for (String thread : List.of("C1 CompilerThre", "cluster-events", "admin I/O-1")) {
                assertThat(nice).as(thread).containsEntry(thread, 0);
                assertThat(policies).as(thread).containsEntry(thread, SCHED_OTHER);
            }
        }
    }

    /**
     * What becomes of a nice value that is asked for: only root may lower it, or whom root lets.
     */
    private static int permitted(String nice) {
        try (var process = ManagedProcess.builder("nice", "nice", "-n", nice, "nice").start()) {
            assertThat(process.awaitExit(SOON)).isZero();
            return Integer.parseInt(process.outputTail().lines().toList().getLast());
        }
    }

    /** Of the threads of a process, by the first fifteen characters of their names. */
    private static Map<String, Integer> ofThreads(long pid, int field) throws IOException {
        List<Path> threads = new ArrayList<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            tasks.forEach(threads::add);
        }
        Map<String, Integer> values = new HashMap<>();
        for (Path thread : threads) {
            String stat = Files.readString(thread.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            values.put(name, Integer.valueOf(fields[field]));
        }
        return values;
    }
}
