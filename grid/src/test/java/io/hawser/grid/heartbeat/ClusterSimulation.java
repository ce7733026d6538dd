package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A cluster in virtual time: real detectors, a network that loses, delays and cuts, a store, and a
 * registry that lets nodes join where they can be reached. All chance comes from one seed.
 */
public final class ClusterSimulation {
    static final DetectorSettings SETTINGS = DetectorSettings.of(200, 900);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final long TICK_MS = 25;
    private static final long CLAIM_TTL_MS = 10_000;
    private static final long GRID_NOTICES_MS = 150;

    /** What the end of a process takes. */
    private static final long EXIT_MS = 100;

    /** By then all have heard that a node has left. */
    private static final long GOODBYE_MS = 400;

    /** So long after they have heard it they may only act on it. */
    private static final long ACTED_LATE_MS = 40;

    /** Who was heard so lately is not silent for too long before all have heard its goodbye. */
    private static final long HEARD_MS = SETTINGS.timeoutMs() - GOODBYE_MS - 2 * TICK_MS;

    private static final boolean TRACE = Boolean.getBoolean("trace");

    public final Random random;
    public final List<SimNode> nodes = new ArrayList<>();

    /** Lives that ended with a goodbye. */
    public final Set<Life> departed = new HashSet<>();

    /** Those of them that all others heard until then: their silence is the goodbye's. */
    private final Set<Life> departedHeard = new HashSet<>();

    public long nowMs;
    boolean storeUp = true;

    private final Map<String, StoreView> views = new TreeMap<>();
    private final Map<String, Long> viewTimes = new HashMap<>();
    private final Map<String, Held> claims = new HashMap<>();
    private final Link[][] links;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::atMs).thenComparingLong(Event::number));
    private long number;

    /** After every event. */
    public final List<Runnable> checks = new ArrayList<>();

    private record Held(Division division, long untilMs) {}

    private record Event(long atMs, long number, Runnable what) {}

    /** One direction. */
    static final class Link {
        boolean cut;
        double loss;
        long maxDelayMs = 3;
        long faultMs = -100_000;
    }

    public ClusterSimulation(long seed, int count) {
        random = new Random(seed);
        links = new Link[count][count];
        for (int i = 0; i < count; i++) {
            nodes.add(new SimNode(this, i));
            for (int j = 0; j < count; j++) {
                links[i][j] = new Link();
            }
        }
    }

    Link link(SimNode from, SimNode to) {
        return links[from.index][to.index];
    }

    public void at(long delayMs, Runnable what) {
        events.add(new Event(nowMs + delayMs, number++, what));
    }

    /** From now on, again and again. */
    public void every(long ms, Runnable what) {
        at(
                ms,
                () -> {
                    what.run();
                    every(ms, what);
                });
    }

    public void runFor(long ms) {
        long endMs = nowMs + ms;
        while (!events.isEmpty() && events.peek().atMs() <= endMs) {
            Event event = events.remove();
            nowMs = event.atMs();
            event.what().run();
            checks.forEach(Runnable::run);
        }
        nowMs = endMs;
    }

    public void startAll() {
        nodes.forEach(SimNode::start);
    }

    /** Both directions, and both there. */
    public boolean connected(SimNode a, SimNode b) {
        return a.runs() && b.runs() && linked(a, b);
    }

    private boolean linked(SimNode a, SimNode b) {
        return !link(a, b).cut && !link(b, a).cut;
    }

    // Network

    void send(SimNode from, Heartbeat heartbeat) {
        for (SimNode to : nodes) {
            if (to != from) {
                send(from, to, heartbeat);
            }
        }
    }

    void send(SimNode from, SimNode to, Heartbeat heartbeat) {
        Link link = link(from, to);
        if (!link.cut && random.nextDouble() >= link.loss) {
            at(random.nextLong(link.maxDelayMs + 1), () -> arrive(from, to, heartbeat));
        }
    }

    /** The host of a process that is gone says so. */
    private void arrive(SimNode from, SimNode to, Heartbeat heartbeat) {
        if (to.isUp()) {
            to.receive(heartbeat);
        } else if (nowMs >= to.portClosedMs && !link(to, from).cut) {
            from.portClosed(to.id);
        }
    }

    // Store

    void writeAndRead(SimNode node, StoreView view) {
        if (storeUp && node.storeReachable) {
            at(
                    1 + random.nextLong(5),
                    () -> {
                        views.put(view.node().node(), view);
                        viewTimes.put(view.node().node(), nowMs);
                        List<StoreView> living = new ArrayList<>();
                        views.forEach(
                                (id, each) -> {
                                    if (nowMs - viewTimes.getOrDefault(id, 0L) < 6_000
                                            && !each.node().equals(view.node())) {
                                        living.add(each);
                                    }
                                });
                        at(1, () -> node.storeAnswered(living));
                    });
        }
    }

    void claim(SimNode node, Life life, Verdict.Claim claim) {
        if (storeUp && node.storeReachable) {
            at(
                    1 + random.nextLong(5),
                    () -> {
                        Held held = claims.get(claim.generation());
                        Division now =
                                claim.division()
                                        .over(
                                                held == null || nowMs > held.untilMs
                                                        ? null
                                                        : held.division);
                        if (now != null) {
                            claims.put(claim.generation(), new Held(now, nowMs + CLAIM_TTL_MS));
                        }
                        at(1, () -> node.claimed(life, claim.division(), now != null));
                    });
        }
    }

    // The grid's registry

    /** Lets a node join where a majority is; false if there is none that it reaches. */
    boolean join(SimNode node) {
        for (SimNode host : nodes) {
            if (host != node && linked(host, node) && host.takesOthers(node)) {
                Set<Life> expected = new HashSet<>(host.detector().expected());
                expected.removeIf(life -> life.node().equals(node.id));
                node.live(node.nextLife(), expected);
                spread(host, node.detector().self());
                return true;
            }
        }
        return false;
    }

    /** What happened, for who repeats a seed. */
    private void trace(SimNode node, Object what) {
        if (TRACE) {
            System.out.println(nowMs + " " + node.id + " " + what);
        }
    }

    private void spread(SimNode host, Life life) {
        for (SimNode other : nodes) {
            if (other.runs() && !other.id.equals(life.node())) {
                if (other == host || connected(host, other)) {
                    at(random.nextLong(30), () -> other.registered(life));
                }
            }
        }
    }

    /** Members that reach each other share what they know. */
    public void synchronise() {
        for (SimNode a : nodes) {
            for (SimNode b : nodes) {
                if (a != b && connected(a, b) && a.isMember() && b.isMember()) {
                    b.detector().expected().forEach(a::registered);
                }
            }
        }
    }

    /** As Hazelcast: a dead member's connections break. */
    void crashed(SimNode node, Life life) {
        for (SimNode other : nodes) {
            if (other != node) {
                at(
                        GRID_NOTICES_MS + random.nextLong(60),
                        () -> {
                            if (!link(node, other).cut && !link(other, node).cut) {
                                other.connectionLost(life);
                            }
                        });
            }
        }
    }

    /** A node and its process. */
    public static final class SimNode {
        public final String id;
        private final int index;
        private final ClusterSimulation sim;
        private @Nullable FailureDetector detector;
        private long incarnation;
        private long process;
        private long beatMs;
        private boolean paused;
        private final List<Heartbeat> buffered = new ArrayList<>();
        boolean storeReachable = true;
        long storeFaultMs = -100_000;

        /** When it last was not well itself. */
        long faultMs = -100_000;

        /** Lives of its own that it took for over, since somebody looked. */
        final List<Life> gaveUp = new ArrayList<>();

        /** How long the last of these had been. */
        long gaveUpAfterMs;

        /** From then on its host says so, if its process does not run. */
        private long portClosedMs;

        /** When its process last did not run. */
        long stillMs = -100_000;

        final Set<Life> evicted = new HashSet<>();

        /** Told of lives that this node gives up, or sees replaced by a later one. */
        public Consumer<Life> onLost = _ -> {};

        /** Told when the node begins a life, with nothing from an earlier one. */
        public Consumer<Life> onBorn = _ -> {};

        long bornMs;
        int closed;
        int reborn;
        int founded;

        SimNode(ClusterSimulation sim, int index) {
            this.sim = sim;
            this.index = index;
            this.id = "n" + (index + 1);
        }

        FailureDetector detector() {
            if (detector == null) {
                throw new IllegalStateException(id + " is down");
            }
            return detector;
        }

        public boolean runs() {
            return detector != null && !paused;
        }

        public boolean isUp() {
            return detector != null;
        }

        /** Whether its clients are served. */
        public boolean serves() {
            return runs() && detector().fence() == null;
        }

        /** Whether it may decide for the cluster. */
        public boolean mayAct() {
            return serves() && detector().mayAct();
        }

        public Life life() {
            return detector().self();
        }

        /** Those that it takes for the cluster, itself too. */
        public Set<Life> expected() {
            return detector().expected();
        }

        boolean isMember() {
            return runs() && detector().fence() != FenceReason.EVICTED;
        }

        /** As its detector does: a node it does not expect only with a majority. */
        boolean takesOthers(SimNode other) {
            return isMember()
                    && detector().fence() == null
                    && (detector().mayAct() || expects(other));
        }

        private boolean expects(SimNode other) {
            return detector().expected().stream().anyMatch(life -> life.node().equals(other.id));
        }

        Life nextLife() {
            return new Life(id, ++incarnation);
        }

        void start() {
            long mine = ++process;
            faultMs = sim.nowMs;
            tryToStart(mine);
        }

        /** It does not find the others, and founds a grid of its own. */
        void startApart() {
            process++;
            faultMs = sim.nowMs;
            live(nextLife(), Set.of());
        }

        private void tryToStart(long mine) {
            if (mine != process || detector != null) {
                return;
            }
            if (!sim.join(this)) {
                if (sim.nodes.stream().noneMatch(n -> n != this && n.isUp())) {
                    live(nextLife(), Set.of());
                } else {
                    sim.at(100, () -> tryToStart(mine));
                }
            }
        }

        void live(Life life, Set<Life> expected) {
            FailureDetector before = detector;
            bornMs = sim.nowMs;
            sim.trace(this, "lives as " + life + " with " + expected);
            evicted.clear();
            onBorn.accept(life);
            if (before != null) {
                reborn++;
                before.reborn(life, expected, sim.nowMs);
                return;
            }
            detector = new FailureDetector(SETTINGS, life, expected, sim.nowMs);
            paused = false;
            beatMs = sim.nowMs;
            long mine = process;
            sim.at(sim.random.nextLong(TICK_MS), () -> tick(mine));
        }

        private void tick(long mine) {
            if (mine != process || detector == null) {
                return;
            }
            if (!paused) {
                step();
                sim.at(TICK_MS, () -> tick(mine));
            }
        }

        private void step() {
            FailureDetector now = detector();
            List<Verdict> verdicts = now.tick(sim.nowMs);
            take(verdicts);
            boolean urgent = verdicts.stream().anyMatch(Verdict.Suspected.class::isInstance);
            if (sim.nowMs >= beatMs || urgent) {
                beatMs = urgent ? beatMs : Math.max(beatMs + 200, sim.nowMs);
                sim.send(this, now.heartbeat(false, NOTHING, sim.nowMs));
                sim.writeAndRead(this, now.view());
            }
            rejoin(now);
        }

        private void rejoin(FailureDetector now) {
            if (now.fence() == FenceReason.EVICTED && !sim.join(this) && now.mayFound(sim.nowMs)) {
                founded++;
                live(nextLife(), Set.of());
            }
        }

        private void take(List<Verdict> verdicts) {
            Life self = detector().self();
            for (Verdict verdict : verdicts) {
                sim.trace(this, verdict);
                switch (verdict) {
                    case Verdict.Evicted gone -> {
                        evicted.add(gone.node());
                        if (sim.departedHeard.contains(gone.node())) {
                            throw new AssertionError(this + " gives up " + gone + ", which left");
                        }
                        onLost.accept(gone.node());
                    }
                    case Verdict.Probe probe -> probe(probe.node());
                    case Verdict.Claim claim -> sim.claim(this, self, claim);
                    case Verdict.Fenced fenced -> {
                        closed += fenced.reason().isFinal() ? 1 : 0;
                        if (fenced.reason() == FenceReason.EVICTED) {
                            gaveUp.add(self);
                            gaveUpAfterMs = sim.nowMs - bornMs;
                        }
                    }
                    case Verdict.Suspected _,
                            Verdict.Cleared _,
                            Verdict.Departed _,
                            Verdict.Unfenced _,
                            Verdict.NoQuorum _ -> {
                        // shown to people
                    }
                }
            }
        }

        private void probe(Life life) {
            for (SimNode other : sim.nodes) {
                if (other.id.equals(life.node())) {
                    sim.send(this, other, detector().heartbeat(true, NOTHING, sim.nowMs));
                }
            }
        }

        void receive(Heartbeat heartbeat) {
            if (detector == null) {
                return;
            }
            if (paused) {
                buffered.add(heartbeat);
                return;
            }
            if (detector.heard(heartbeat, sim.nowMs) && heartbeat.probe()) {
                for (SimNode other : sim.nodes) {
                    if (other.id.equals(heartbeat.sender().node())) {
                        sim.send(this, other, detector.heartbeat(false, NOTHING, sim.nowMs));
                    }
                }
            }
        }

        void storeAnswered(List<StoreView> views) {
            if (runs()) {
                detector().storeAnswered(views, sim.nowMs);
            }
        }

        void claimed(Life life, Division division, boolean granted) {
            if (runs() && detector().self().equals(life)) {
                sim.trace(this, (granted ? "granted " : "denied ") + division);
                detector().claimed(division, granted, sim.nowMs);
            }
        }

        void registered(Life life) {
            if (runs()) {
                Set<Life> before = new HashSet<>(detector().expected());
                detector().joined(life, sim.nowMs);
                before.removeAll(detector().expected());
                before.forEach(onLost);
            }
        }

        void connectionLost(Life life) {
            if (runs()) {
                detector().connectionLost(life, sim.nowMs);
            }
        }

        void portClosed(String node) {
            if (runs()) {
                for (Life life : detector().expected()) {
                    if (life.node().equals(node)) {
                        detector().portClosed(life, sim.nowMs);
                    }
                }
            }
        }

        void crash() {
            if (detector != null) {
                Life life = detector.self();
                process++;
                detector = null;
                portClosedMs = sim.nowMs + sim.random.nextLong(EXIT_MS);
                paused = false;
                buffered.clear();
                sim.crashed(this, life);
            }
        }

        void leave() {
            if (detector != null) {
                Life life = detector.self();
                sim.departed.add(life);
                if (!paused && sim.nodes.stream().allMatch(other -> other.hearsWell(life))) {
                    sim.departedHeard.add(life);
                }
                Heartbeat goodbye = detector.goodbye(NOTHING, sim.nowMs);
                boolean speaks = !paused;
                process++;
                long last = process;
                detector = null;
                paused = false;
                long slowestMs = toldOfGoodbye(life);
                // It waits until all have heard it, then its datagrams say it once more.
                long lastMs = Math.max(0, slowestMs - sim.random.nextLong(ACTED_LATE_MS));
                portClosedMs = sim.nowMs + lastMs;
                sim.at(
                        lastMs,
                        () -> {
                            if (speaks && process == last) {
                                sim.send(this, goodbye);
                            }
                        });
            }
        }

        /** Over the registry, each in its own time; what the slowest takes. */
        private long toldOfGoodbye(Life life) {
            long atMostMs = 1 + sim.random.nextLong(GOODBYE_MS);
            long slowestMs = 0;
            for (SimNode other : sim.nodes) {
                if (other != this) {
                    long ms = sim.random.nextLong(atMostMs);
                    slowestMs = Math.max(slowestMs, ms);
                    other.hearsGoodbye(life, ms);
                }
            }
            return slowestMs;
        }

        /** It has heard it lately, or does not judge it; what others gave up it may still adopt. */
        private boolean hearsWell(Life other) {
            if (evicted.contains(other)) {
                return false;
            }
            if (!runs() || !expected().contains(other) || life().equals(other)) {
                return true;
            }
            Sight sight = detector().heartbeat(false, NOTHING, sim.nowMs).sights().get(other);
            return sight != null && sight.kind() == Sight.Kind.HEARD && sight.ageMs() <= HEARD_MS;
        }

        private void hearsGoodbye(Life life, long ms) {
            long mine = process;
            sim.at(
                    ms,
                    () -> {
                        if (process == mine && detector != null) {
                            detector.left(life);
                        }
                    });
        }

        void pause() {
            paused = true;
        }

        /** What came meanwhile is thrown away, as the mesh does. */
        void resume() {
            if (paused) {
                paused = false;
                faultMs = sim.nowMs;
                buffered.clear();
                step();
                long mine = process;
                sim.at(TICK_MS, () -> tick(mine));
            }
        }

        @Override
        public String toString() {
            FailureDetector now = detector();
            return now.self()
                    + " expects "
                    + now.heartbeat(false, NOTHING, sim.nowMs).sights()
                    + ", fence "
                    + now.fence()
                    + ", gave up "
                    + evicted;
        }
    }
}
