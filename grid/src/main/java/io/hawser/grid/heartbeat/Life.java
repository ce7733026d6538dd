package io.hawser.grid.heartbeat;

/**
 * One life of a node: it ends when the node stops, dies or is evicted, and never comes back.
 * Immutable.
 *
 * @param node the node's id
 * @param incarnation from 1, higher with each life
 */
public record Life(String node, long incarnation) implements Comparable<Life> {
    @Override
    public int compareTo(Life other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : Long.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return node + "#" + incarnation;
    }
}
