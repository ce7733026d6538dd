package io.hawser.grid.event;

import io.hawser.grid.cluster.ClusterEvent;
import io.hawser.grid.cluster.ClusterListener;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The cluster's events. What becomes of nodes all nodes see: the coordinator tells it. Whatever
 * else happens is told by the node that it concerns. An event travels on the control channel and
 * counts as heard when it comes back from there, so all nodes hear events in one order; what does
 * not come back is told again for a minute, and after a second without the store it is heard here
 * nevertheless. Repeats are dropped by their id.
 *
 * <p>Thread-safe; nothing blocks, and the lock is held for moments only, never over I/O.
 */
public final class Events implements ClusterListener, AutoCloseable {
    /** Events that a node remembers. */
    public static final int RECENT = 1_000;

    static final int LISTENER_CAPACITY = 10_000;
    private static final Logger log = LoggerFactory.getLogger(Events.class);
    private static final long TICK_MS = 100;

    /** Attempt before which an event has not come back for a second. */
    private static final int SECOND = 2;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Function<Payload, ? extends CompletionStage<?>> control;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("cluster-events").factory());
    private final Object lock = new Object();
    private volatile @Nullable Self started;
    private volatile boolean closed;

    // Under the lock:

    private final RecentEvents recent = new RecentEvents(RECENT);
    private final Announcements announcements = new Announcements();
    private final UnheardEvents unheard = new UnheardEvents();
    private final List<EventReader> readers = new ArrayList<>();

    // Of the thread alone:

    private long life;
    private boolean failing;

    /**
     * Who tells. None of them may block.
     *
     * @param node this node
     * @param incarnation its life at the moment
     * @param coordinator whether it does what one node has to do for all, at the moment
     */
    public record Self(NodeId node, LongSupplier incarnation, BooleanSupplier coordinator) {}

    /**
     * Hears from now on, tells nothing before it is started.
     *
     * @param control sends to all nodes, this one included; must not block
     * @param clock for the time of day of events
     */
    public Events(Function<Payload, ? extends CompletionStage<?>> control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    /** Begins to tell. Called once, before anything is seen or emitted here. */
    public void start(Self self) {
        started = self;
        life = self.incarnation().getAsLong();
        var _ = thread.scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * These nodes are there already, this one among them: they came before this node heard of those
     * who come. Whoever was told of is not told of again.
     */
    public void present(Collection<NodeInfo> nodes) {
        for (NodeInfo node : nodes) {
            if (node.isLive()) {
                seen(new Happening.NodeJoined(node.id(), node.incarnation()), node);
            }
        }
        soon();
    }

    private Self self() {
        Self self = started;
        if (self == null) {
            throw new IllegalStateException("events are told once the node has joined");
        }
        return self;
    }

    // For whoever is interested

    /** Tells of what this node remembers, then of what it hears. */
    public void listen(EventListener listener) {
        EventReader first = follow(null, LISTENER_CAPACITY);
        Thread.ofVirtual().name("event-listener").start(() -> serve(listener, first));
    }

    private void serve(EventListener listener, EventReader first) {
        EventReader reader = first;
        try {
            while (!closed) {
                GridEvent event = reader.next(LOOK);
                if (event != null) {
                    tell(listener, event);
                } else if (reader.isCut()) {
                    log.error("a listener of events was too slow: some are lost for it");
                    reader = open(List.of(), true, LISTENER_CAPACITY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.close();
        }
    }

    private static void tell(EventListener listener, GridEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            log.error("a listener failed at {}", event, e);
        }
    }

    /**
     * Reads what this node remembers, then what it hears.
     *
     * @param since id of the event to go on after; null for all that is remembered
     * @param capacity new events that may wait to be read
     */
    public EventReader follow(@Nullable String since, int capacity) {
        synchronized (lock) {
            RecentEvents.Since known = recent.since(since);
            return open(known.events(), known.complete(), capacity);
        }
    }

    private EventReader open(List<GridEvent> backlog, boolean complete, int capacity) {
        synchronized (lock) {
            var reader = new EventReader(backlog, complete, capacity, this::forget);
            readers.add(reader);
            return reader;
        }
    }

    private void forget(EventReader reader) {
        synchronized (lock) {
            readers.remove(reader);
        }
    }

    // In

    /** This node has seen or done something that all shall know of. */
    public void emit(Happening what) {
        GridEvent event = event(UUID.randomUUID().toString(), what);
        synchronized (lock) {
            send(event);
        }
        soon();
    }

    private GridEvent event(String id, Happening what) {
        Self self = self();
        return new GridEvent(id, clock.millis(), self.node(), self.incarnation().getAsLong(), what);
    }

    private void send(GridEvent event) {
        GridEvent lost = unheard.add(event, nowMs());
        if (lost != null) {
            log.warn("too many events wait to be told, {} is told to nobody", lost);
        }
    }

    /** An event, perhaps of this node, came on the control channel. */
    public void heard(Payload payload) {
        EventJson.read(payload)
                .ifPresentOrElse(
                        event -> {
                            synchronized (lock) {
                                unheard.heard(event.id());
                                announcements.told(event.what());
                                take(event);
                            }
                        },
                        () ->
                                log.warn(
                                        "an event is ignored: it cannot be read, or is of a kind"
                                                + " that this version does not know"));
    }

    private void take(GridEvent event) {
        if (recent.add(event)) {
            readers.removeIf(reader -> !reader.offer(event));
        }
    }

    @Override
    public void on(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.NodeJoined joined -> {
                NodeInfo node = joined.node();
                seen(new Happening.NodeJoined(node.id(), node.incarnation()), node);
            }
            case ClusterEvent.NodeLeft left -> {
                NodeInfo node = left.node();
                seen(new Happening.NodeLeft(node.id(), node.incarnation()), node);
            }
            case ClusterEvent.NodeLost lost -> {
                NodeInfo node = lost.node();
                int connections = node.load().connections();
                seen(new Happening.NodeFailed(node.id(), node.incarnation(), connections), node);
            }
            case ClusterEvent.NodeChanged changed -> changed(changed.before(), changed.node());
            case ClusterEvent.Fenced fenced ->
                    emit(
                            new Happening.Alert(
                                    "fenced",
                                    true,
                                    "this node must not serve: " + fenced.reason()));
            case ClusterEvent.Unfenced _ ->
                    emit(new Happening.Alert("fenced", false, "this node may serve again"));
            case ClusterEvent.NoQuorum quorum ->
                    emit(
                            new Happening.Alert(
                                    "no_quorum",
                                    quorum.lasts(),
                                    quorum.lasts()
                                            ? "no majority of the nodes can be heard"
                                            : "a majority of the nodes can be heard again"));
            case ClusterEvent.Merged _ -> {
                // what follows from it is told by other events
            }
        }
        soon();
    }

    private void changed(NodeInfo before, NodeInfo node) {
        if (node.status() == NodeStatus.SUSPECT) {
            seen(new Happening.NodeSuspect(node.id(), node.incarnation()), node);
        } else if (before.status() == NodeStatus.SUSPECT) {
            seen(new Happening.NodeHeard(node.id(), node.incarnation()), node);
        }
    }

    private void seen(Happening.OfNode what, NodeInfo node) {
        GridEvent event = event(id(what, node), what);
        synchronized (lock) {
            if (!recent.has(event.id())) {
                announcements.seen(event, what, nowMs());
            }
        }
    }

    /**
     * A node joins, leaves and fails once a life, so two coordinators tell it by the same id. The
     * member's id tells lives apart that a cluster which forgot all counts alike.
     */
    private static String id(Happening.OfNode what, NodeInfo node) {
        return switch (what) {
            case Happening.NodeJoined _, Happening.NodeLeft _, Happening.NodeFailed _ ->
                    "%s-%s-%d-%s"
                            .formatted(
                                    what.type(), node.id(), node.incarnation(), node.memberUuid());
            case Happening.NodeSuspect _, Happening.NodeHeard _ -> UUID.randomUUID().toString();
        };
    }

    // Out

    private void soon() {
        try {
            thread.execute(this::tick);
        } catch (RejectedExecutionException e) {
            log.debug("closed", e);
        }
    }

    /** Of a clock that does not jump. */
    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** A periodic task that throws is never run again, so nothing gets past here. */
    private void tick() {
        try {
            due().forEach(this::send);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("events cannot be told, retrying", e);
            }
            failing = true;
        }
    }

    private List<UnheardEvents.Sending> due() {
        Self self = self();
        boolean coordinator = self.coordinator().getAsBoolean();
        long incarnation = self.incarnation().getAsLong();
        synchronized (lock) {
            if (incarnation != life) {
                life = incarnation;
                announcements.clear();
            }
            announcements.due(nowMs(), coordinator).forEach(this::send);
            List<UnheardEvents.Sending> due = unheard.due(nowMs());
            due.stream()
                    .filter(each -> each.attempt() == SECOND)
                    .forEach(each -> take(each.event()));
            return due;
        }
    }

    private void send(UnheardEvents.Sending each) {
        var _ =
                control.apply(EventJson.control(each.event()))
                        .whenComplete(
                                (sent, failure) -> {
                                    if (failure != null && each.isLast()) {
                                        log.warn(
                                                "the other nodes were not told of {}",
                                                each.event(),
                                                failure);
                                    }
                                });
    }

    /** What was not told yet is told to nobody. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
    }
}
