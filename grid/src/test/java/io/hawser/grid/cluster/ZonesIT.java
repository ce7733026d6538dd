package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import io.hawser.devkit.Ports;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What is left of the grid's maps when a zone fails: members as nodes have them, in one JVM. */
class ZonesIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final int ENTRIES = 2_000;

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void stopAll() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    private HazelcastInstance start(String zone) {
        int number = members.size() + 1;
        List<String> seeds =
                members.stream()
                        .limit(1)
                        .map(
                                m ->
                                        "127.0.0.1:"
                                                + m.getCluster()
                                                        .getLocalMember()
                                                        .getAddress()
                                                        .getPort())
                        .toList();
        var settings =
                new GridSettings(
                        Nodes.profile("n" + number, zone),
                        new ClusterKey("zones", "secret"),
                        "127.0.0.1",
                        0,
                        HeartbeatSettings.DEFAULT,
                        seeds,
                        "local",
                        List.of(),
                        List.of());
        var member =
                Hazelcast.newHazelcastInstance(
                        MemberConfig.of(
                                settings,
                                Ports.free(),
                                new Peers(settings.key(), settings.seeds(), null)));
        members.add(member);
        return member;
    }

    private static IMap<Integer, Integer> filled(HazelcastInstance member) {
        IMap<Integer, Integer> map = member.getMap("anything");
        for (int key = 0; key < ENTRIES; key++) {
            map.set(key, key);
        }
        await().atMost(LONG).until(() -> member.getPartitionService().isClusterSafe());
        return map;
    }

    /** At the same moment: nothing is copied anew between the first and the last. */
    private void fail(List<HazelcastInstance> failing) throws InterruptedException {
        var together = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (HazelcastInstance member : failing) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        awaitOpen(together);
                                        member.getLifecycleService().terminate();
                                    }));
        }
        together.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        members.removeAll(failing);
        await().atMost(LONG)
                .until(() -> members.getFirst().getCluster().getMembers().size() == members.size());
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsLostWithAWholeZone() throws Exception {
        HazelcastInstance left = start("a");
        List<HazelcastInstance> zone = List.of(start("b"), start("b"));
        start("a");
        IMap<Integer, Integer> map = filled(left);

        fail(zone);

        assertThat(map.size()).isEqualTo(ENTRIES);
    }

    /** Where there are no zones, or one only, backups are at another node all the same. */
    @ParameterizedTest
    @CsvSource({"'',''", "a,a", "a,''"})
    void nothingIsLostWithANode(String zone, String other) throws Exception {
        HazelcastInstance left = start(zone);
        HazelcastInstance lost = start(other);
        IMap<Integer, Integer> map = filled(left);

        fail(List.of(lost));

        assertThat(map.size()).isEqualTo(ENTRIES);
    }
}
