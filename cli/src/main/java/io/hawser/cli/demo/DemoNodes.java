package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The nodes n1, n2, … of the demo. Thread-safe. */
final class DemoNodes implements AutoCloseable {
    private final List<DemoNode> nodes = new ArrayList<>();
    private final Readiness readiness;

    DemoNodes(PortPlan ports, NodeLaunch launch, Readiness readiness) {
        this.readiness = readiness;
        for (PortPlan.NodePorts own : ports.nodes()) {
            nodes.add(new DemoNode("n" + (nodes.size() + 1), own, launch));
        }
    }

    List<DemoNode> all() {
        return nodes;
    }

    /**
     * Starts them all and waits until they serve. The first one alone: nodes that start at once
     * take long to agree on who founds the grid.
     */
    void start() throws InterruptedException {
        nodes.getFirst().start();
        readiness.await(nodes.getFirst());
        List<DemoNode> others = nodes.subList(1, nodes.size());
        others.forEach(DemoNode::start);
        for (DemoNode node : others) {
            readiness.await(node);
        }
    }

    /** Waits a while until none of them stalls; returns whether that is so. */
    boolean awaitCalm() throws InterruptedException {
        return readiness.awaitCalm(nodes);
    }

    /** Brings a node back and waits until it serves; returns what was done. */
    String bringBack(DemoNode node) throws InterruptedException {
        String done = node.bringBack();
        double seconds = readiness.await(node);
        return "%s and serves after %.1f s".formatted(done, seconds);
    }

    /**
     * The node of that number.
     *
     * @throws DemoException if there is none
     */
    DemoNode numbered(String number) {
        return nodes.stream()
                .filter(node -> node.id().equals("n" + number))
                .findFirst()
                .orElseThrow(() -> unknown(number));
    }

    private DemoException unknown(String number) {
        String known = nodes.size() == 1 ? "only node 1" : "nodes 1 to " + nodes.size();
        return new DemoException(
                Kind.USAGE, "there is no node " + number + "; this demo has " + known, "");
    }

    /** Stops them all at once. */
    @Override
    public void close() {
        CompletableFuture<?>[] closing =
                nodes.stream()
                        .map(node -> CompletableFuture.runAsync(node::close))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closing).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public String toString() {
        return "the nodes";
    }
}
