package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.affinity.ClientEvent.Came;
import io.hawser.grid.affinity.ClientEvent.Went;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

class AffinityWriterTest {
    private static final int CAPACITY = 4_000;
    private static final Duration LONG = Duration.ofSeconds(20);

    /** A grid that fails now and then: key to what was written last. */
    private final Map<String, String> grid = new ConcurrentHashMap<>();

    /** Whether it was tried before, of those that came. */
    private final Map<String, Boolean> tried = new ConcurrentHashMap<>();

    /** Keys that have to come again, once. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private final Map<String, Boolean> present = new ConcurrentHashMap<>();
    private final AtomicInteger failing = new AtomicInteger();
    private volatile boolean full;
    private final AffinityWriter writer =
            new AffinityWriter(
                    this::take,
                    this::touch,
                    () -> List.copyOf(present.keySet()),
                    Duration.ofHours(1),
                    new AffinityWriter.Limits(
                            CAPACITY,
                            Duration.ofMillis(10),
                            Duration.ofMillis(1),
                            Duration.ofMillis(1)));

    @AfterEach
    void stop() {
        full = false;
        failing.set(0);
        writer.close();
    }

    private List<Came> take(Map<String, Came> byKey) {
        failSometimes();
        List<Came> again = new ArrayList<>();
        byKey.forEach(
                (key, came) -> {
                    if (refused.remove(key)) {
                        again.add(came);
                    } else {
                        tried.put(key, came.tried());
                        grid.put(key, "here");
                    }
                });
        return again;
    }

    private void touch(Set<String> keys, boolean here, long ttlSeconds) {
        failSometimes();
        keys.forEach(key -> grid.put(key, here ? "here" : "gone " + ttlSeconds));
    }

    private void failSometimes() {
        if (full || failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new AffinityException("not now");
        }
    }

    private static Came came(String key) {
        return new Came(key, ClientTraits.ofUser(key), 1, () -> {}, false);
    }

    /** Nothing but the end wakes this one from gathering, or the news of the first client. */
    @Test
    void whoComesAfterABatchWaitsForOthers() {
        var batches = new AtomicInteger();
        Duration forEver = Duration.ofHours(1);
        var patient =
                new AffinityWriter(
                        byKey -> {
                            batches.incrementAndGet();
                            return take(byKey);
                        },
                        this::touch,
                        List::of,
                        forEver,
                        new AffinityWriter.Limits(CAPACITY, forEver, forEver, forEver));
        writer.start(); // the other one, which is stopped in the end
        patient.start();
        patient.offer(came("first"));
        await().atMost(LONG).until(() -> grid.containsKey("first"));
        for (int i = 0; i < 1_000; i++) {
            patient.offer(came("k" + i));
        }
        patient.close();
        assertThat(grid).hasSize(1_001);
        assertThat(batches).hasValueLessThanOrEqualTo(3);
    }

    /** Clients come and go at random while the grid fails at random; the last word counts. */
    @Test
    void theLastWordOfEachClientIsWritten() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        Map<String, String> truth = new HashMap<>();
        writer.start();
        for (int round = 0; round < 3; round++) {
            failing.set(random.nextInt(2));
            for (int step = 0; step < 2_000; step++) {
                String key = "k" + random.nextInt(300);
                if (truth.getOrDefault(key, "gone 7").equals("gone 7")) {
                    writer.offer(came(key));
                    truth.put(key, "here");
                } else {
                    writer.offer(new Went(key, 7));
                    truth.put(key, "gone 7");
                }
            }
            await().atMost(LONG).until(() -> writer.waiting() == 0);
        }
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(grid).as("seed " + seed).isEqualTo(truth));
    }

    @Test
    void whatFailsIsTriedAgain() {
        failing.set(3);
        writer.offer(came("a"));
        writer.start();
        await().atMost(LONG).until(() -> "here".equals(grid.get("a")));
        assertThat(writer.failures()).isEqualTo(3);
        assertThat(tried).as("it may have been written already").containsEntry("a", true);
        writer.offer(came("b"));
        await().atMost(LONG).until(() -> tried.containsKey("b"));
        assertThat(tried).containsEntry("b", false);
    }

    /** Else it would be remembered as one that is here. */
    @Test
    void whoHasToComeAgainGoesAfterThat() {
        refused.add("a");
        writer.offer(came("a"));
        writer.offer(new Went("a", 7));
        writer.offer(came("b"));
        writer.start();
        await().atMost(LONG).until(() -> writer.waiting() == 0);
        assertThat(grid).isEqualTo(Map.of("a", "gone 7", "b", "here"));
        assertThat(tried).isEqualTo(Map.of("a", true, "b", false));
        assertThat(writer.failures()).isEqualTo(1);
    }

    @Test
    void whatFindsNoRoomIsAssertedLater() {
        full = true;
        writer.start();
        int clients = 3 * CAPACITY;
        for (int i = 0; i < clients; i++) {
            present.put("k" + i, true);
            writer.offer(came("k" + i));
        }
        assertThat(writer.overflows()).isGreaterThanOrEqualTo(clients - CAPACITY - 2_000);
        assertThat(writer.waiting()).isLessThanOrEqualTo(CAPACITY + 2_000);
        full = false;
        await().atMost(LONG).until(() -> grid.size() == clients);
    }

    @Test
    void whatWaitsIsWrittenBeforeTheEnd() {
        writer.offer(came("a"));
        writer.offer(new Went("b", 7));
        writer.start();
        writer.close();
        assertThat(grid).isEqualTo(Map.of("a", "here", "b", "gone 7"));
    }
}
