package io.hawser.server.health;

import io.hawser.server.http.Json;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The state of this node as load balancers and people see it: the phase of its life, whether it is
 * fenced or paused, and what it depends on. A fence and a pause come and go beside the node's life:
 * neither a drain nor a shutdown ends them, and their end ends neither. Thread-safe; nothing
 * blocks.
 */
public final class Health {
    /**
     * Where the node is in its life; {@link #PAUSED} and {@link #FENCED} are no part of it, they
     * are shown in place of what they outweigh.
     */
    public enum Phase {
        /** Does not listen to clients yet. */
        STARTING,
        SERVING,
        /** Serves those it has and takes nobody new. */
        DRAINING,
        /** Stood still, and finds out whether the others go on without it: takes nobody new. */
        PAUSED,
        /** Has cut itself off from clients because it cannot see the grid. */
        FENCED,
        /** On its way out; nothing comes after it. */
        STOPPING
    }

    /** What {@code /health} says, in lower case. */
    public enum Status {
        OK,
        /** Serving, while something it depends on is down. */
        DEGRADED,
        /** Serving as many as it can; others are refused. */
        OVERLOADED,
        STARTING,
        DRAINING,
        PAUSED,
        FENCED,
        STOPPING
    }

    private final String node;
    private final Map<String, Supplier<Dependency>> dependencies = new LinkedHashMap<>();
    private final AtomicReference<State> state =
            new AtomicReference<>(new State(Phase.STARTING, false, false));
    private volatile boolean overloaded;

    /** When the fence came, by {@code nanoTime}. */
    private volatile long fencedNanos;

    /** All of it in one, so that nobody sees half of a change. */
    private record State(Phase life, boolean fenced, boolean paused) {
        /**
         * What outweighs the rest: that nobody is served before that nobody new is taken, and what
         * lasts before what passes.
         */
        Phase shown() {
            if (life == Phase.STOPPING) {
                return life;
            }
            if (fenced) {
                return Phase.FENCED;
            }
            return life == Phase.SERVING && paused ? Phase.PAUSED : life;
        }

        State living(Phase next) {
            return life == Phase.STOPPING ? this : new State(next, fenced, paused);
        }
    }

    /**
     * The suppliers are asked at every request, on I/O threads: they must return what they know
     * already.
     */
    public Health(
            String node,
            Supplier<Dependency> redis,
            Supplier<Dependency> database,
            Supplier<Dependency> grid) {
        this.node = node;
        dependencies.put("redis", redis);
        dependencies.put("database", database);
        dependencies.put("grid", grid);
    }

    /**
     * Moves on to another phase of the node's life; a fence or pause stays.
     *
     * @return false if the node is stopping: that is final
     * @throws IllegalArgumentException if the phase is none of a life: see {@link #fence} and
     *     {@link #pause}
     */
    public boolean become(Phase next) {
        if (next == Phase.FENCED || next == Phase.PAUSED) {
            throw new IllegalArgumentException(next + " is no phase of a life: fence() or pause()");
        }
        State before = state.getAndUpdate(s -> s.living(next));
        return before.life() != Phase.STOPPING || next == Phase.STOPPING;
    }

    /** Serves nobody until {@link #unfence}, whatever the node does meanwhile. */
    public void fence() {
        if (!state.get().fenced()) {
            fencedNanos = System.nanoTime();
        }
        state.updateAndGet(s -> new State(s.life(), true, s.paused()));
    }

    /** True while the node is fenced, and not for longer than that. */
    public boolean isFencedFor(Duration atMost) {
        return state.get().fenced() && System.nanoTime() - fencedNanos < atMost.toNanos();
    }

    /** Takes nobody new until {@link #unfence}, whatever the node does meanwhile. */
    public void pause() {
        state.updateAndGet(s -> new State(s.life(), s.fenced(), true));
    }

    /** Ends {@link #fence} and {@link #pause}: the node is where its life has come to. */
    public void unfence() {
        state.updateAndGet(s -> new State(s.life(), false, false));
    }

    /** The node has as many clients as it may have, or has room again. */
    public void overloaded(boolean on) {
        overloaded = on;
    }

    public boolean isOverloaded() {
        return overloaded;
    }

    /** What is shown: the phase of the node's life, or what outweighs it. */
    public Phase phase() {
        return state.get().shown();
    }

    /** True if the node drains, fenced or not. */
    public boolean isDraining() {
        return state.get().life() == Phase.DRAINING;
    }

    /** True if nobody is served: clients have to go elsewhere. */
    public boolean servesNobody() {
        return switch (phase()) {
            case SERVING, DRAINING, PAUSED -> false;
            case STARTING, FENCED, STOPPING -> true;
        };
    }

    /** True if new clients are welcome. */
    public boolean takesClients() {
        return phase() == Phase.SERVING;
    }

    /** The phase, and while it is {@link Phase#SERVING} whether everything needed is there. */
    public Status status() {
        return status(phase(), look());
    }

    /** Everything {@code /health} tells. */
    public HealthView view() {
        Map<String, Dependency> seen = look();
        var shown = new LinkedHashMap<String, HealthView.DependencyView>();
        seen.forEach(
                (name, dependency) -> shown.put(name, HealthView.DependencyView.of(dependency)));
        return new HealthView(Json.lowerCase(status(phase(), seen)), node, shown);
    }

    private Map<String, Dependency> look() {
        var seen = new LinkedHashMap<String, Dependency>();
        dependencies.forEach((name, supplier) -> seen.put(name, supplier.get()));
        return seen;
    }

    private Status status(Phase phase, Map<String, Dependency> seen) {
        return switch (phase) {
            case STARTING -> Status.STARTING;
            case DRAINING -> Status.DRAINING;
            case PAUSED -> Status.PAUSED;
            case FENCED -> Status.FENCED;
            case STOPPING -> Status.STOPPING;
            case SERVING ->
                    seen.values().stream().anyMatch(d -> d.state() == Dependency.State.DOWN)
                            ? Status.DEGRADED
                            : overloaded ? Status.OVERLOADED : Status.OK;
        };
    }
}
