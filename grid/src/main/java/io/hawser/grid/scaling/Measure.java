package io.hawser.grid.scaling;

import io.hawser.grid.metrics.NodeFigures;

import java.util.Collection;
import java.util.List;

/** What a node can run out of. A node's utilisation is the highest of the measures in use. */
public enum Measure {
    /** Open connections over the most that are accepted. */
    CONNECTIONS,
    /** CPU time over that of the cores, of the last five seconds. */
    CPU,
    /** Heap after the last collection over the largest heap. */
    MEMORY;

    double of(NodeFigures node) {
        return switch (this) {
            case CONNECTIONS -> node.connectionShare();
            case CPU -> node.cpu();
            case MEMORY -> node.memory();
        };
    }

    /** Of several nodes together; connections by how many each accepts. */
    private double of(List<NodeFigures> nodes) {
        if (this == CONNECTIONS) {
            long most = nodes.stream().mapToLong(NodeFigures::maxConnections).sum();
            long open = nodes.stream().mapToLong(NodeFigures::connections).sum();
            return most == 0 ? 0 : (double) open / most;
        }
        return nodes.stream().mapToDouble(this::of).average().orElse(0);
    }

    static double highest(Collection<Measure> measures, NodeFigures node) {
        return measures.stream().mapToDouble(measure -> measure.of(node)).max().orElse(0);
    }

    static double highest(Collection<Measure> measures, List<NodeFigures> nodes) {
        return measures.stream().mapToDouble(measure -> measure.of(nodes)).max().orElse(0);
    }
}
