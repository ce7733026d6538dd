package io.hawser.server.drain;

import io.hawser.server.health.Health;

import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What the agent port says. {@code up 75%}: the node's score while it takes clients, and never
 * below 1 so that it is not taken for drained; that is what a node without room says. {@code up
 * 0%}: it serves those it has, or is fenced and about to tell them. {@code down}, and why: it
 * serves nobody, which ends their connections. Thread-safe; never blocks.
 */
public final class AgentAnswer implements Supplier<String> {
    private static final int LOWEST = 1;
    private static final int HIGHEST = 100;

    /**
     * How long a fenced node has for telling its clients to go. HAProxy cuts them at once when it
     * hears {@code down}, and they would not know why.
     */
    private static final Duration TELLING = Duration.ofSeconds(1);

    private final Health health;
    private final IntSupplier score;
    private final BooleanSupplier stuck;
    private final IntSupplier clients;

    /**
     * @param score percent of the weight that the node wants while it serves
     * @param stuck whether clients wait for a thread that does not go on
     * @param clients how many connections there are
     */
    public AgentAnswer(
            Health health, IntSupplier score, BooleanSupplier stuck, IntSupplier clients) {
        this.health = health;
        this.score = score;
        this.stuck = stuck;
        this.clients = clients;
    }

    @Override
    public String get() {
        if (health.isFencedFor(TELLING) && clients.getAsInt() > 0) {
            return "up 0%";
        }
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
