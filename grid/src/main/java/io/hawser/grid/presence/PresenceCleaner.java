package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Removes what nodes that have gone left in the grid's map, and tells of the clients lost. Every
 * node remembers who went; only the coordinator acts. If it goes too, the next one finds what is
 * left. An entry is removed and returned in one atomic step, so each loss is told once; only when a
 * removal fails halfway and the coordinator dies as well, some may be told twice. A slow sweep over
 * all entries finds what slipped through.
 *
 * <p>Thread-safe; works on a virtual thread of its own.
 */
final class PresenceCleaner implements AutoCloseable {
    /** A life of a node. */
    private record Life(String node, long incarnation) {}

    private static final Logger log = LoggerFactory.getLogger(PresenceCleaner.class);
    private static final int BATCH = 2_000;
    private static final long RETRY_MS = 1_000;
    private static final long SWEEP_MS = 30_000;

    /** How long a node that went is looked after: writes may be late, a coordinator may change. */
    private static final long REMEMBER_MS = 30_000;

    private final PresenceMap map;
    private final LiveNodes nodes;
    private final LostClients lost;
    private final Map<String, Long> goneUntilMs = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private long sweptMs = nowMs(); // this and the next two: the cleaner's thread only
    private Set<Life> unknown = Set.of();

    /** Told though it is not sure that they are removed; none is kept once nobody is gone. */
    private final Set<PresenceKey> told = new HashSet<>();

    PresenceCleaner(PresenceMap map, LiveNodes nodes, LostClients lost) {
        this.map = map;
        this.nodes = nodes;
        this.lost = lost;
        this.thread = Thread.ofVirtual().name("presence-cleaner").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void nodeGone(String node) {
        goneUntilMs.put(node, nowMs() + REMEMBER_MS);
        wake.release();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                boolean woken = wake.tryAcquire(pauseMs(), TimeUnit.MILLISECONDS);
                wake.drainPermits();
                log.debug("cleaning, woken: {}", woken);
                step();
            }
        } catch (InterruptedException e) {
            log.debug("closed", e);
        }
    }

    private long pauseMs() {
        return goneUntilMs.isEmpty() ? SWEEP_MS : RETRY_MS;
    }

    private void step() {
        long nowMs = nowMs();
        goneUntilMs.values().removeIf(untilMs -> nowMs > untilMs);
        if (goneUntilMs.isEmpty()) {
            told.clear();
        }
        try {
            if (!nodes.isCoordinator()) {
                return;
            }
            for (String node : goneUntilMs.keySet()) {
                clean(node, this::isOver);
            }
            if (nowMs - sweptMs >= SWEEP_MS) {
                sweptMs = nowMs;
                sweep();
            }
        } catch (RuntimeException e) {
            log.warn("cannot clean the presence of nodes that have gone, retrying", e);
        }
    }

    /** A node that is not known may just be new, so it has two sweeps' time to be heard of. */
    private void sweep() {
        Set<Life> before = unknown;
        Set<Life> now = new HashSet<>();
        for (PresenceKey key : map.keys()) {
            if (!nodes.isLive(key.node(), key.incarnation())) {
                now.add(life(key));
            }
        }
        unknown = now;
        Predicate<PresenceKey> isOld = key -> isOver(key) || before.contains(life(key));
        Set<String> names = new HashSet<>();
        now.forEach(life -> names.add(life.node()));
        names.forEach(name -> clean(name, isOld));
    }

    private boolean isOver(PresenceKey key) {
        return nodes.isOver(key.node(), key.incarnation());
    }

    private void clean(String node, Predicate<PresenceKey> isOver) {
        Map<PresenceKey, PresenceEntry> entries = map.ofNode(node);
        List<PresenceKey> over =
                entries.keySet().stream()
                        .filter(key -> !nodes.isLive(key.node(), key.incarnation()))
                        .filter(isOver)
                        .toList();
        for (int from = 0; from < over.size(); from += BATCH) {
            take(over.subList(from, Math.min(over.size(), from + BATCH)), entries);
        }
    }

    private void take(List<PresenceKey> keys, Map<PresenceKey, PresenceEntry> entries) {
        try {
            tell(map.take(new HashSet<>(keys)));
        } catch (PresenceException e) {
            // Some may be removed, by us, and nobody would ever tell: so all are told now, and
            // those that are still there are removed without a word the next time.
            Map<PresenceKey, PresenceEntry> perhaps = new HashMap<>();
            keys.forEach(key -> perhaps.put(key, entries.get(key)));
            tell(perhaps);
            told.addAll(keys);
            throw e;
        }
    }

    private void tell(Map<PresenceKey, PresenceEntry> taken) {
        for (var entry : taken.entrySet()) {
            PresenceKey key = entry.getKey();
            if (entry.getValue().announceLeave() && !told.remove(key)) {
                tell(key.channel(), entry.getValue().toInfo(key.client()));
            }
        }
    }

    private void tell(String channel, ClientInfo client) {
        try {
            lost.lost(channel, client);
        } catch (RuntimeException e) {
            log.warn("the loss of a client could not be told", e);
        }
    }

    private static Life life(PresenceKey key) {
        return new Life(key.node(), key.incarnation());
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
