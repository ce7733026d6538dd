package io.hawser.grid.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.devkit.Ports;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The shared record of decisions between two real members of a grid. */
class ScalingIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final long COOLDOWN_MS = 3_600_000;

    /** Always too full, with a cooldown that does not end during the test. */
    private static final ScalingPolicy EAGER = policy(0, COOLDOWN_MS);

    private final List<Integer> ports = Ports.free(2);
    private final HazelcastInstance first = member(ports.get(0));
    private final HazelcastInstance second = member(ports.get(1));
    private final List<ScalingDecision> carriedOut = new CopyOnWriteArrayList<>();
    private final List<Scaling> started = new ArrayList<>();
    private final AtomicReference<Duration> clockAhead = new AtomicReference<>(Duration.ZERO);

    private static ScalingPolicy policy(long sustainedMs, long cooldownMs) {
        ScalingPolicy p = Clusters.POLICY;
        return new ScalingPolicy(
                1,
                6,
                1,
                p.measures(),
                List.of(),
                0.05,
                0,
                new ScalingPolicy.Up(
                        0.8, 0.9, 50, 100, 0.05, 2, 600_000, 100, sustainedMs, cooldownMs),
                p.down(),
                p.forecast());
    }

    private HazelcastInstance member(int port) {
        var config = new Config();
        config.setClusterName("scaling-" + ports.get(0));
        config.setClassLoader(ScalingIT.class.getClassLoader());
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.setProperty("hazelcast.partition.count", "11");
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        ports.forEach(other -> join.getTcpIpConfig().addMember("127.0.0.1:" + other));
        config.addMapConfig(Scaling.mapConfig());
        return Hazelcast.newHazelcastInstance(config);
    }

    @BeforeEach
    void areTogether() {
        await().atMost(LONG).until(() -> first.getCluster().getMembers().size() == 2);
    }

    @AfterEach
    void stop() {
        started.forEach(Scaling::close);
        second.shutdown();
        first.shutdown();
    }

    private Scaling scaling(
            HazelcastInstance member, String node, AtomicBoolean coordinator, ScalingPolicy how) {
        var scaling =
                new Scaling(
                        member,
                        new Scaling.Sources(node, coordinator::get, () -> Clusters.of(0.95, 0.95)),
                        () -> new AutoScaler(how, false),
                        carriedOut::add,
                        () -> Instant.now().plus(clockAhead.get()));
        started.add(scaling);
        scaling.start();
        return scaling;
    }

    @Test
    void aNewCoordinatorDoesNotRepeatWhatTheLastOneDecided() {
        var one = new AtomicBoolean(true);
        var other = new AtomicBoolean(false);
        Scaling before = scaling(first, "n1", one, EAGER);
        Scaling after = scaling(second, "n2", other, EAGER);
        await().atMost(LONG).until(() -> carriedOut.size() == 1);
        await("seen by the other")
                .atMost(LONG)
                .until(() -> after.status().decisions().equals(List.of(carriedOut.getFirst())));
        assertThat(after.status().coordinator()).isFalse();

        before.close();
        first.shutdown();
        other.set(true);
        await("it goes by the figures and is held by the record")
                .atMost(LONG)
                .until(() -> after.status().held().contains("since the last decision"));
        assertThat(carriedOut).hasSize(1);
    }

    @Test
    void ofTwoCoordinatorsAtOnceOneDecides() {
        scaling(first, "n1", new AtomicBoolean(true), EAGER);
        Scaling other = scaling(second, "n2", new AtomicBoolean(true), EAGER);
        await().atMost(LONG).until(() -> other.status().held().contains("since the last"));
        // What is on record is carried out a moment later.
        await().atMost(LONG).until(() -> !carriedOut.isEmpty());
        assertThat(carriedOut).hasSize(1);
    }

    /** Two hours, each of which would be longer than what has to pass. */
    @Test
    void aClockThatIsSetMakesNothingLastLonger() {
        Scaling scaling =
                scaling(first, "n1", new AtomicBoolean(true), policy(COOLDOWN_MS, COOLDOWN_MS));
        await("too full, not yet for long").atMost(LONG).until(() -> looksFull(scaling));
        for (int hours : List.of(2, -2, 0)) {
            clockAhead.set(Duration.ofHours(hours));
            await().during(Duration.ofSeconds(3)).atMost(LONG).until(carriedOut::isEmpty);
            assertThat(looksFull(scaling)).isTrue();
        }
    }

    private static boolean looksFull(Scaling scaling) {
        return scaling.status().figures().utilisation() > 0.9;
    }

    /** The same between two decisions. */
    @Test
    void aClockThatIsSetEndsNoCooldown() {
        Scaling scaling = scaling(first, "n1", new AtomicBoolean(true), EAGER);
        await().atMost(LONG).until(() -> carriedOut.size() == 1);
        for (int hours : List.of(2, -2, 0)) {
            clockAhead.set(Duration.ofHours(hours));
            await().during(Duration.ofSeconds(3))
                    .atMost(LONG)
                    .until(() -> scaling.status().held().contains("since the last decision"));
            assertThat(carriedOut).hasSize(1);
        }
    }

    @Test
    void theRecordHoldsTheLastDecisionsInOrder() {
        var log = new DecisionLog(first);
        ScalingDecision model = decision();
        for (int number = 1; number <= 40; number++) {
            assertThat(log.append(numbered(model, number))).isTrue();
        }
        assertThat(log.append(numbered(model, 40))).as("taken").isFalse();
        assertThat(log.append(numbered(model, 42))).as("41 is missing").isFalse();
        List<ScalingDecision> read = new DecisionLog(second).read();
        assertThat(read).hasSize(32).first().isEqualTo(numbered(model, 40));
        assertThat(read).last().isEqualTo(numbered(model, 9));
    }

    private static ScalingDecision decision() {
        return new AutoScaler(EAGER, true)
                .step(1_000_000, Clusters.of(0.95, 0.95), "n1", null)
                .orElseThrow();
    }

    private static ScalingDecision numbered(ScalingDecision model, long number) {
        return new ScalingDecision(
                number,
                model.timeMs(),
                model.coordinator(),
                model.dryRun(),
                model.direction(),
                model.trigger(),
                model.reason(),
                model.fromNodes(),
                model.toNodes(),
                model.nodes(),
                model.figures());
    }
}
