package io.hawser.server.drain;

import io.hawser.server.health.Health;

import java.util.function.IntSupplier;

/**
 * What the agent port says: the node's score while it takes clients, and never below 1 so that it
 * is not taken for drained; that is what a node without room says; otherwise 0. Thread-safe; never
 * blocks.
 */
public final class AgentWeight implements IntSupplier {
    private static final int LOWEST = 1;
    private static final int HIGHEST = 100;

    private final Health health;
    private final IntSupplier score;

    /**
     * @param score percent of the weight that the node wants while it serves
     */
    public AgentWeight(Health health, IntSupplier score) {
        this.health = health;
        this.score = score;
    }

    @Override
    public int getAsInt() {
        if (!health.takesClients()) {
            return 0;
        }
        return health.isOverloaded() ? LOWEST : Math.clamp(score.getAsInt(), LOWEST, HIGHEST);
    }
}
