package io.hawser.grid.simulation;

import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.ChannelEvent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Nodes that die or lose the majority, clients, and a Redis that is lost, forgets and goes back, by
 * one seed, in virtual time. The pure parts of the broker are the real ones. What is checked after
 * every event:
 *
 * <ul>
 *   <li>G1: each client gets what truly came next in the stream, or is told. One that goes on in a
 *       stream that lost what it has seen must be told as long as any node knew; until the node
 *       that knows has looked, no other can.
 *   <li>G2: a recovery is complete, or nothing.
 *   <li>G3: at rest everyone stands at the top of the stream.
 * </ul>
 */
final class ClusterSimulation {
    static final int NODES = 3;
    static final int CLIENTS = 20;
    static final int EVENTS = 3000;
    static final int FAULTS = 12;
    private static final List<String> CHANNELS = List.of("a", "b", "c", "d");

    private final Random random;
    private final Counts counts;
    private final Breakage breakage;
    private final ModelRedis redis;
    private final List<SimulatedNode> nodes;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nowMs;
    private long sequence;
    private long joins;
    private int redisLife;
    private long hungUntilMs;
    private boolean calm;

    private record Event(long atMs, long sequence, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    ClusterSimulation(long seed, Counts counts, Breakage breakage) {
        this.random = new Random(seed);
        this.counts = counts;
        this.breakage = breakage;
        this.redis = new ModelRedis(counts, breakage);
        this.nodes = IntStream.range(0, NODES).mapToObj(i -> new SimulatedNode(this, i)).toList();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new SimulatedClient(this));
        }
    }

    Random random() {
        return random;
    }

    Counts counts() {
        return counts;
    }

    Breakage breakage() {
        return breakage;
    }

    ModelRedis redis() {
        return redis;
    }

    long nowMs() {
        return nowMs;
    }

    /** No more faults, and nothing is lost on the way. */
    boolean isCalm() {
        return calm;
    }

    long nextJoin() {
        return ++joins;
    }

    SimulatedNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    String anyChannel() {
        return CHANNELS.get(random.nextInt(CHANNELS.size()));
    }

    /** Mostly short. */
    long latencyMs() {
        return random.nextInt(30) == 0 ? random.nextInt(150) : 1 + random.nextInt(5);
    }

    void at(long delayMs, Runnable what) {
        queue.add(new Event(nowMs + delayMs, ++sequence, what));
    }

    /** Redis does it, unless it dies before. */
    void atRedis(long delayMs, Runnable command) {
        atRedis(delayMs, redisLife, command);
    }

    private void atRedis(long delayMs, int life, Runnable command) {
        at(
                delayMs,
                () -> {
                    if (life != redisLife) {
                        return;
                    }
                    if (isHung()) {
                        atRedis(hungUntilMs - nowMs, life, command);
                    } else {
                        command.run();
                    }
                });
    }

    boolean isHung() {
        return nowMs < hungUntilMs;
    }

    void onBus(String channel, ChannelEvent message) {
        for (SimulatedNode node : nodes) {
            if (node.hears(channel)) {
                node.send(channel, message);
            }
        }
    }

    void run() {
        clients.forEach(this::live);
        nodes.forEach(this::beatEverySecond);
        keepCopies();
        for (int fault = 0; fault < FAULTS; fault++) {
            runEvents(EVENTS / FAULTS);
            fault();
        }
        runEvents(EVENTS / FAULTS);
        comeToRest();
    }

    private void live(SimulatedClient client) {
        at(
                random.nextInt(800),
                () -> {
                    if (!calm) {
                        client.act();
                        live(client);
                    }
                });
    }

    private void beatEverySecond(SimulatedNode node) {
        at(
                1000,
                () -> {
                    node.beat();
                    beatEverySecond(node);
                });
    }

    private void keepCopies() {
        at(
                random.nextInt(400),
                () -> {
                    if (random.nextInt(4) == 0) {
                        redis.saveDump();
                    } else {
                        redis.replicate();
                    }
                    keepCopies();
                });
    }

    private void runEvents(int count) {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void next() {
        Event event = queue.remove();
        nowMs = event.atMs();
        counts.countEvent();
        event.what().run();
    }

    private void runFor(long ms) {
        long untilMs = nowMs + ms;
        while (!queue.isEmpty() && queue.element().atMs() <= untilMs) {
            next();
        }
        nowMs = untilMs;
    }

    private void fault() {
        switch (random.nextInt(10)) {
            case 0, 1 -> {
                counts.count(Branch.STALE_PROMOTION);
                redis.promoteReplica(this::witnesses);
                if (random.nextInt(2) == 0) {
                    anyNode().crash();
                }
                if (random.nextInt(4) == 0) {
                    CHANNELS.forEach(channel -> redis.trim(channel, 0));
                }
                restarted();
            }
            case 2 -> {
                counts.count(Branch.RESTART_WITH_DUMP);
                redis.restartWithDump(this::witnesses);
                restarted();
            }
            case 3 -> {
                counts.count(Branch.RESTART_EMPTY);
                redis.restartEmpty();
                restarted();
            }
            case 4 -> hang();
            case 5 -> {
                counts.count(Branch.TRIM);
                redis.trim(anyChannel(), random.nextInt(3));
            }
            case 6 -> {
                counts.count(Branch.NODE_CRASH);
                anyNode().crash();
            }
            case 7 -> {
                counts.count(Branch.NODE_CUT);
                anyNode().cut();
            }
            case 8 -> anyNode().fence();
            default -> {
                counts.count(Branch.DEAF_BUS);
                anyNode().becomeDeaf();
            }
        }
    }

    private void restarted() {
        redisLife++;
        hungUntilMs = 0;
        nodes.forEach(SimulatedNode::cut);
    }

    /** Nodes give their connections up if it takes long; what was sent is done nevertheless. */
    private void hang() {
        counts.count(Branch.HANG);
        hungUntilMs = nowMs + 100 + random.nextInt(1500);
        for (SimulatedNode node : nodes) {
            at(
                    500 + random.nextInt(500),
                    () -> {
                        if (isHung()) {
                            node.cut();
                        }
                    });
        }
    }

    private Set<Integer> witnesses(String channel, StreamPosition left) {
        Set<Integer> witnesses = new HashSet<>();
        for (SimulatedNode node : nodes) {
            if (node.isWitness(channel, left)) {
                witnesses.add(node.number);
            }
        }
        return witnesses;
    }

    /**
     * Faults end. After the regular checks everyone stands at the top, also where nothing more is
     * published; and once more after one more publication.
     */
    private void comeToRest() {
        calm = true;
        runFor(9000);
        for (int i = 0; i < 3; i++) {
            clients.forEach(SimulatedClient::beThere);
            runFor(4000);
        }
        clients.forEach(SimulatedClient::checkAtRest);
        CHANNELS.forEach(channel -> anyNode().publish(channel));
        runFor(500);
        clients.forEach(SimulatedClient::beThere);
        runFor(4000);
        clients.forEach(SimulatedClient::checkAtRest);
    }
}
