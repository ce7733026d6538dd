package io.hawser.server.drain;

import io.hawser.server.health.Health;

import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What the agent port says. {@code up 75%}: the node's score while it takes clients, and never
 * below 1 so that it is not taken for drained; that is what a node without room says. {@code up
 * 0%}: it serves those it has. {@code down}, and why: it serves nobody, which ends their
 * connections. Thread-safe; never blocks.
 */
public final class AgentAnswer implements Supplier<String> {
    private static final int LOWEST = 1;
    private static final int HIGHEST = 100;

    private final Health health;
    private final IntSupplier score;
    private final BooleanSupplier stuck;

    /**
     * @param score percent of the weight that the node wants while it serves
     * @param stuck whether clients wait for a thread that does not go on
     */
    public AgentAnswer(Health health, IntSupplier score, BooleanSupplier stuck) {
        this.health = health;
        this.score = score;
        this.stuck = stuck;
    }

    @Override
    public String get() {
        if (health.servesNobody()) {
            return "down#" + health.phase().name().toLowerCase(Locale.ROOT);
        }
        return stuck.getAsBoolean() ? "down#stuck" : "up " + percent() + "%";
    }

    private int percent() {
        if (!health.takesClients()) {
            return 0;
        }
        return health.isOverloaded() ? LOWEST : Math.clamp(score.getAsInt(), LOWEST, HIGHEST);
    }
}
