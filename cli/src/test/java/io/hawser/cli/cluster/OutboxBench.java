package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.PostgresServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Transactions write rows into the outbox at a steady rate; half way the node that relays is killed
 * (kill -9). Fails only if a row is missing, doubled or out of order: times are printed.
 * docs/benchmarks/publishing.md has the command.
 */
class OutboxBench {
    private static final int PER_SECOND = Integer.getInteger("hawser.outbox.rate", 5_000);
    private static final int SECONDS = Integer.getInteger("hawser.outbox.seconds", 20);
    private static final int RUNS = Integer.getInteger("hawser.outbox.runs", 3);
    private static final int WRITERS = 4;

    /** Each transaction writes one row into each channel of its writer. */
    private static final int CHANNELS_A_WRITER = 25;

    private static final int ROUNDS = PER_SECOND * SECONDS / WRITERS / CHANNELS_A_WRITER;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final AtomicLong committed = new AtomicLong();

    @Test
    void measure(@TempDir Path directory) throws Exception {
        for (int run = 1; run <= RUNS; run++) {
            try (PostgresServer postgres = PostgresServer.start();
                    TestCluster cluster =
                            TestCluster.start(
                                    3,
                                    directory.resolve("run" + run),
                                    OutboxSight.settings(postgres, 1_000))) {
                measure(run, postgres, cluster);
            }
        }
    }

    private void measure(int run, PostgresServer postgres, TestCluster cluster) throws Exception {
        committed.set(0);
        try (Connection admin = OutboxSight.connect(postgres);
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            var outbox = new OutboxSight(cluster);
            TestNode relaying = outbox.awaitRelay();
            long startNanos = System.nanoTime();
            List<Future<?>> written = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                written.add(writers.submit(() -> write(postgres, number, startNanos)));
            }
            long all = (long) ROUNDS * WRITERS * CHANNELS_A_WRITER;
            await().atMost(LIMIT).until(() -> committed.get() >= all / 2);
            long waitedBefore = OutboxSight.count(admin, "hawser.outbox");
            relaying.kill();
            long killedNanos = System.nanoTime();
            long goesOnMs = awaitShrinking(admin, killedNanos);
            for (Future<?> each : written) {
                each.get();
            }
            long committedNanos = System.nanoTime();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> OutboxSight.count(admin, "hawser.outbox") == 0);
            long emptyNanos = System.nanoTime();

            check(outbox, relaying, cluster);
            double committing = (committedNanos - startNanos) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "outbox, run %d: %d rows, committed at %.0f/s; %d waited when the relay's node"
                            + " was killed; the next one had published some of what was there then"
                            + " after %d ms; empty %d ms after the last commit; each once, in"
                            + " order%n",
                    run,
                    all,
                    all / committing,
                    waitedBefore,
                    goesOnMs,
                    TimeUnit.NANOSECONDS.toMillis(emptyNanos - committedNanos));
        }
    }

    private static long awaitShrinking(Connection admin, long killedNanos) throws SQLException {
        long oldest = oldest(admin);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> oldest(admin) > oldest);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNanos);
    }

    private static long oldest(Connection admin) throws SQLException {
        try (var statement = admin.createStatement();
                var result =
                        statement.executeQuery(
                                "select coalesce(min(id), 9223372036854775807)"
                                        + " from hawser.outbox")) {
            result.next();
            return result.getLong(1);
        }
    }

    private void check(OutboxSight outbox, TestNode killed, TestCluster cluster) throws Exception {
        TestNode other = cluster.nodes().stream().filter(n -> n != killed).findFirst().get();
        List<String> expected = IntStream.range(0, ROUNDS).mapToObj(Integer::toString).toList();
        for (int writer = 0; writer < WRITERS; writer++) {
            for (int channel = 0; channel < CHANNELS_A_WRITER; channel++) {
                assertThat(outbox.stored(other, channel(writer, channel)))
                        .as(channel(writer, channel))
                        .isEqualTo(expected);
            }
        }
    }

    private static String channel(int writer, int channel) {
        return "ticks:" + writer + "-" + channel;
    }

    private Void write(PostgresServer postgres, int writer, long startNanos) throws SQLException {
        long periodNanos = 1_000_000_000L * WRITERS * CHANNELS_A_WRITER / PER_SECOND;
        try (Connection connection = OutboxSight.connect(postgres);
                PreparedStatement publish =
                        connection.prepareStatement("select hawser.publish(?, ?)")) {
            connection.setAutoCommit(false);
            for (int round = 0; round < ROUNDS; round++) {
                for (int channel = 0; channel < CHANNELS_A_WRITER; channel++) {
                    publish.setString(1, channel(writer, channel));
                    publish.setString(2, Integer.toString(round));
                    publish.addBatch();
                }
                publish.executeBatch();
                connection.commit();
                committed.addAndGet(CHANNELS_A_WRITER);
                LockSupport.parkNanos(startNanos + (round + 1) * periodNanos - System.nanoTime());
            }
        }
        return null;
    }
}
