package io.hawser.server.health;

import io.hawser.server.http.Json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The state of this node as load balancers and people see it: the phase of its life, which the node
 * sets, and what it depends on. Thread-safe; nothing blocks.
 */
public final class Health {
    /** Where the node is in its life. */
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
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);
    private volatile boolean overloaded;

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
     * Moves to another phase.
     *
     * @return false if the node is stopping: that is final
     */
    public boolean become(Phase next) {
        Phase before = phase.getAndUpdate(p -> p == Phase.STOPPING ? p : next);
        return before != Phase.STOPPING || next == Phase.STOPPING;
    }

    /** Stops serving; nothing changes while the node starts, drains or stops. */
    public void fence() {
        phase.updateAndGet(p -> p == Phase.SERVING || p == Phase.PAUSED ? Phase.FENCED : p);
    }

    /** Takes nobody new for a moment; nothing changes unless the node serves. */
    public void pause() {
        phase.compareAndSet(Phase.SERVING, Phase.PAUSED);
    }

    /** Serves again after {@link #fence} or {@link #pause}. */
    public void unfence() {
        phase.updateAndGet(p -> p == Phase.FENCED || p == Phase.PAUSED ? Phase.SERVING : p);
    }

    /** The node has as many clients as it may have, or has room again. */
    public void overloaded(boolean on) {
        overloaded = on;
    }

    public boolean isOverloaded() {
        return overloaded;
    }

    public Phase phase() {
        return phase.get();
    }

    /** True if nobody is served: clients have to go elsewhere. */
    public boolean servesNobody() {
        return switch (phase.get()) {
            case SERVING, DRAINING, PAUSED -> false;
            case STARTING, FENCED, STOPPING -> true;
        };
    }

    /** True if new clients are welcome. */
    public boolean takesClients() {
        return phase.get() == Phase.SERVING;
    }

    /** The phase, and while it is {@link Phase#SERVING} whether everything needed is there. */
    public Status status() {
        return status(phase.get(), look());
    }

    /** Everything {@code /health} tells. */
    public HealthView view() {
        Map<String, Dependency> seen = look();
        var shown = new LinkedHashMap<String, HealthView.DependencyView>();
        seen.forEach(
                (name, dependency) -> shown.put(name, HealthView.DependencyView.of(dependency)));
        return new HealthView(Json.lowerCase(status(phase.get(), seen)), node, shown);
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
