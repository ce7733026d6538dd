package io.hawser.grid.event;

/**
 * Is told of the cluster's events: each once, in the order in which this node hears them, on a
 * thread of the listener's own. May block; more than {@value Events#LISTENER_CAPACITY} events
 * behind, it loses some, which is logged.
 */
@FunctionalInterface
public interface EventListener {
    void on(GridEvent event);
}
