package io.hawser.grid.heartbeat;

import io.hawser.grid.heartbeat.ClusterSimulation.Link;
import io.hawser.grid.heartbeat.ClusterSimulation.SimNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Crashes, pauses, cuts, one-way cuts, loss, delay, restarts and outages of the store. */
public final class ClusterFaults {
    private final ClusterSimulation sim;
    private final Random random;
    private final boolean foundersApart;
    private final List<String> log = new ArrayList<>();

    /** When a node stopped that runs no more, or not yet. */
    final Map<SimNode, Long> stoppedMs = new HashMap<>();

    private int splits;

    public ClusterFaults(ClusterSimulation sim) {
        this(sim, false);
    }

    /**
     * @param foundersApart whether nodes may found grids of their own beside the others'
     */
    ClusterFaults(ClusterSimulation sim, boolean foundersApart) {
        this.sim = sim;
        this.random = sim.random;
        this.foundersApart = foundersApart;
    }

    int splits() {
        return splits;
    }

    /** What was done, with the time in milliseconds. */
    @Override
    public String toString() {
        return log.toString();
    }

    private SimNode any() {
        return sim.nodes.get(random.nextInt(sim.nodes.size()));
    }

    /** One fault, by chance; now and then the dead start again. */
    public void inject() {
        SimNode node = any();
        switch (random.nextInt(foundersApart ? 12 : 11)) {
            case 0 -> crash(node);
            case 1 -> pause(node, 300 + random.nextLong(5_000));
            case 2 -> cutOff(node);
            case 3 -> oneWay(node, any());
            case 4 -> split();
            case 5 -> lossy();
            case 6 -> store(false);
            case 7 -> noStoreFor(node);
            case 8 -> wholeMesh();
            case 9 -> leave(node);
            case 10 -> foundApart(node);
            default -> healLinks();
        }
        if (random.nextInt(3) == 0) {
            restartDead();
        }
    }

    private void foundApart(SimNode node) {
        if (foundersApart) {
            restartApart(node);
        } else {
            healLinks();
        }
    }

    /** Others are there, and so is the store; it only does not find them. */
    private void restartApart(SimNode node) {
        say("restart apart " + node.id);
        if (node.isUp()) {
            stopped(node);
            node.crash();
        }
        sim.at(
                200 + random.nextLong(2_000),
                () -> {
                    if (!node.isUp()) {
                        say("start apart " + node.id);
                        stoppedMs.remove(node);
                        node.startApart();
                    }
                });
    }

    private void say(String what) {
        log.add(sim.nowMs + " " + what);
    }

    private void crash(SimNode node) {
        say("crash " + node.id);
        stopped(node);
        node.crash();
    }

    private void stopped(SimNode node) {
        if (node.runs()) {
            stoppedMs.put(node, sim.nowMs);
        }
    }

    private void leave(SimNode node) {
        say("leave " + node.id);
        node.leave();
    }

    private void pause(SimNode node, long ms) {
        if (node.runs()) {
            say("pause " + node.id + " for " + ms);
            stopped(node);
            node.pause();
            sim.at(
                    ms,
                    () -> {
                        stoppedMs.remove(node);
                        node.resume();
                    });
        }
    }

    private void cut(SimNode from, SimNode to) {
        Link link = sim.link(from, to);
        link.cut = true;
    }

    private void cutOff(SimNode node) {
        say("cut off " + node.id);
        for (SimNode other : sim.nodes) {
            cut(node, other);
            cut(other, node);
        }
    }

    private void oneWay(SimNode from, SimNode to) {
        if (from == to) {
            say(from.id + " is heard by nobody");
            sim.nodes.forEach(other -> cut(from, other));
        } else {
            say("cut " + from.id + " to " + to.id);
            cut(from, to);
        }
    }

    private void split() {
        splits++;
        split(1 + random.nextInt(sim.nodes.size() - 1));
    }

    /** Two halves, or nearly so. */
    void halve() {
        split(sim.nodes.size() / 2);
    }

    private void split(int size) {
        List<SimNode> shuffled = new ArrayList<>(sim.nodes);
        Collections.shuffle(shuffled, random);
        List<SimNode> some = shuffled.subList(0, size);
        List<SimNode> others = shuffled.subList(size, shuffled.size());
        say("split " + names(some) + " from " + names(others));
        for (SimNode one : some) {
            for (SimNode other : others) {
                cut(one, other);
                cut(other, one);
            }
        }
    }

    private static List<String> names(List<SimNode> nodes) {
        return nodes.stream().map(node -> node.id).toList();
    }

    private void wholeMesh() {
        say("whole mesh cut");
        sim.nodes.forEach(a -> sim.nodes.forEach(b -> cut(a, b)));
    }

    private void lossy() {
        say("loss and delay");
        for (SimNode a : sim.nodes) {
            for (SimNode b : sim.nodes) {
                Link link = sim.link(a, b);
                link.loss = random.nextDouble() * 0.2;
                link.maxDelayMs = random.nextLong(100);
            }
        }
    }

    private void store(boolean up) {
        say("store " + up);
        sim.storeUp = up;
    }

    private void noStoreFor(SimNode node) {
        say("no store for " + node.id);
        node.storeReachable = false;
    }

    private void healLinks() {
        say("links heal");
        for (SimNode a : sim.nodes) {
            a.storeReachable = true;
            for (SimNode b : sim.nodes) {
                Link link = sim.link(a, b);
                link.cut = false;
                link.loss = 0;
                link.maxDelayMs = 3;
            }
        }
        sim.storeUp = true;
    }

    private void restartDead() {
        for (SimNode node : sim.nodes) {
            if (!node.isUp()) {
                say("start " + node.id);
                stoppedMs.remove(node);
                node.start();
            }
        }
    }

    /** Everything is well from now on. */
    public void heal() {
        healLinks();
        restartDead();
    }
}
