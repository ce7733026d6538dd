package io.hawser.grid.cluster;

/**
 * Is told of {@link ClusterEvent}s: all on one thread, in order, each once. May block for a moment;
 * the events of other listeners wait meanwhile.
 */
@FunctionalInterface
public interface ClusterListener {
    void on(ClusterEvent event);
}
