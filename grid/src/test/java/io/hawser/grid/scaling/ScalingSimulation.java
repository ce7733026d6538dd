package io.hawser.grid.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.metrics.ClusterSnapshot;
import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.metrics.NodeFigures;
import io.hawser.grid.metrics.NodeFigures.Standing;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingDecision.Trigger;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A cluster under a load that rises, falls, bursts and stays, second by second: nodes come some
 * time after they were asked for, or never; nodes that go drain first; coordinators change, and
 * their clocks differ. After each step the promises of {@link AutoScaler} are checked.
 */
final class ScalingSimulation {
    private static final int MAX_SKEW_MS = 1_500;
    private static final ScalingPolicy POLICY = Clusters.POLICY;

    /** What the load does for a while. */
    private enum Course {
        DAY,
        RAMP,
        BURSTS,
        STEADY,
        IDLE,
        HOT_NODE,
        SLOW,
        FAILING
    }

    private final Random random;
    private final String seed;
    private final Map<Trigger, Integer> taken = new EnumMap<>(Trigger.class);
    private final Map<String, Integer> happened = new TreeMap<>();

    /** Nodes by id, and from when on they serve. */
    private final Map<Integer, Long> nodes = new TreeMap<>();

    /** Nodes that were started and that nobody has heard of yet, and until when. */
    private final Map<Integer, Long> booting = new TreeMap<>();

    /** Nodes that drain, and until when. */
    private final Map<Integer, Long> draining = new TreeMap<>();

    private int nextId = 1;
    private int coordinator = 1;
    private long skewMs;
    private long nowMs = 10_000_000;
    private AutoScaler scaler = new AutoScaler(POLICY, false);
    private @Nullable ScalingDecision last;
    private long lastTrueMs;
    private int turns;

    private Course course = Course.DAY;
    private long courseEndsMs;
    private double load;

    ScalingSimulation(long seed) {
        this.random = new Random(seed);
        this.seed = "seed " + seed;
        for (int i = 0; i < 3; i++) {
            nodes.put(nextId++, nowMs);
        }
        load = 1.5;
    }

    /** One whose load stays as it is but for noise. */
    static ScalingSimulation steady(long seed, double load) {
        var simulation = new ScalingSimulation(seed);
        simulation.load = load;
        simulation.course = Course.STEADY;
        simulation.courseEndsMs = Long.MAX_VALUE;
        return simulation;
    }

    void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowMs += 1_000;
            step();
        }
    }

    /** Decisions that went the other way than the one before. */
    int turns() {
        return turns;
    }

    Map<Trigger, Integer> taken() {
        return taken;
    }

    Map<String, Integer> happened() {
        return happened;
    }

    private void step() {
        draining.values().removeIf(until -> until <= nowMs);
        join();
        if (random.nextInt(300) == 0) {
            changeCoordinator();
        }
        moveLoad();
        scaler.step(nowMs + skewMs, cluster(), "n" + coordinator, last).ifPresent(this::carryOut);
        checkNodes();
    }

    /** A node that has booted is seen as starting for a moment before it serves. */
    private void join() {
        booting.forEach(
                (id, until) -> {
                    if (until <= nowMs) {
                        nodes.put(id, nowMs + random.nextLong(0, 4_000));
                    }
                });
        booting.keySet().removeAll(nodes.keySet());
    }

    private void changeCoordinator() {
        count("coordinator changed");
        skewMs = random.nextLong(-MAX_SKEW_MS, MAX_SKEW_MS);
        scaler = new AutoScaler(POLICY, false);
        List<Integer> serving = serving();
        coordinator = serving.get(random.nextInt(serving.size()));
    }

    private List<Integer> serving() {
        return nodes.entrySet().stream()
                .filter(node -> node.getValue() <= nowMs)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The load is in nodes' worth. */
    private void moveLoad() {
        if (nowMs >= courseEndsMs) {
            course = Course.values()[random.nextInt(Course.values().length)];
            courseEndsMs = nowMs + random.nextLong(60_000, 400_000);
            count(course.name());
        }
        double noise = random.nextGaussian() * 0.01;
        load =
                switch (course) {
                    case DAY -> 2.6 + 2.2 * Math.sin(2 * Math.PI * nowMs / 600_000) + noise;
                    case RAMP -> Math.min(6, load + 0.02);
                    case BURSTS -> random.nextInt(40) == 0 ? random.nextDouble(6) : load;
                    case STEADY -> load + (load > 0 ? noise / 100 : 0);
                    case IDLE -> Math.max(0.2, load - 0.05);
                    case HOT_NODE, SLOW, FAILING -> load + (1.5 - load) * 0.05;
                };
        load = Math.max(0, load);
    }

    private ClusterSnapshot cluster() {
        List<Integer> serving = serving();
        double share = Math.min(1, load / serving.size());
        LatencyHistogram latency = course == Course.SLOW ? Clusters.SLOW : Clusters.QUICK;
        double errors = course == Course.FAILING ? 0.2 : 0.01;
        List<NodeFigures> figures = new ArrayList<>();
        nodes.forEach(
                (id, fromMs) -> {
                    boolean serves = fromMs <= nowMs;
                    boolean hot = course == Course.HOT_NODE && id.equals(serving.getFirst());
                    figures.add(
                            Clusters.node(
                                    "n" + id,
                                    serves ? Standing.HEALTHY : Standing.STARTING,
                                    serves ? hot ? 0.95 : share : 0,
                                    errors,
                                    latency));
                });
        draining.forEach(
                (id, until) ->
                        figures.add(Clusters.node("n" + id, Standing.LIMITED, 0.1, 0.01, latency)));
        return ClusterSnapshot.of(figures);
    }

    private void carryOut(ScalingDecision decision) {
        check(decision);
        taken.merge(decision.trigger(), 1, Integer::sum);
        last = decision;
        lastTrueMs = nowMs;
        switch (decision.direction()) {
            case UP -> startNode();
            case DOWN -> decision.nodes().forEach(this::stopNode);
        }
    }

    private void check(ScalingDecision decision) {
        assertThat(decision.toNodes())
                .as("%s: %s", seed, decision)
                .isBetween(POLICY.minNodes(), POLICY.maxNodes());
        long cooldownMs =
                decision.direction() == Direction.UP
                        ? POLICY.up().cooldownMs()
                        : POLICY.down().cooldownMs();
        if (last != null) {
            assertThat(nowMs - lastTrueMs)
                    .as("%s: %s after %s", seed, decision, last)
                    .isGreaterThanOrEqualTo(cooldownMs - 2 * MAX_SKEW_MS);
            boolean turned = last.direction() != decision.direction();
            count(turned ? "turned round" : "went on");
            turns += turned ? 1 : 0;
        }
        assertThat(decision.nodes()).doesNotContain("n" + coordinator);
    }

    private void startNode() {
        if (random.nextInt(10) == 0) {
            count("never came");
            return;
        }
        long afterMs = random.nextLong(1_000, POLICY.arrivalMs() - 5_000);
        booting.put(nextId++, nowMs + afterMs);
    }

    private void stopNode(String node) {
        int id = Integer.parseInt(node.substring(1));
        if (random.nextInt(10) == 0) {
            count("never went");
            return;
        }
        assertThat(nodes.remove(id)).as("%s: %s", seed, node).isNotNull();
        draining.put(id, nowMs + random.nextLong(0, 30_000));
    }

    private void checkNodes() {
        assertThat(booting.size() + nodes.size() + draining.size())
                .as("%s: %s, %s and %s", seed, booting, nodes, draining)
                .isLessThanOrEqualTo(POLICY.maxNodes());
        assertThat(serving()).as(seed).hasSizeGreaterThanOrEqualTo(POLICY.minNodes());
    }

    private void count(String what) {
        happened.merge(what, 1, Integer::sum);
    }
}
