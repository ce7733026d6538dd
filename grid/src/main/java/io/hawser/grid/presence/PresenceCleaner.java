package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
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
 * Removes what nodes that have gone left in the grid's maps, and tells of the members lost with
 * them, in channels that are small enough. Every node remembers who went; only the coordinator
 * acts. If it goes too, the next one finds what is left. An entry of the roll is removed and
 * returned in one atomic step, so each loss is told once; only when a removal fails halfway and the
 * coordinator dies as well, some may be told twice. A slow sweep over all entries finds what
 * slipped through.
 *
 * <p>Nobody waits for it to count right: shares of lives that are over do not count anyway.
 *
 * <p>Thread-safe; works on a virtual thread of its own.
 */
final class PresenceCleaner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PresenceCleaner.class);
    private static final int BATCH = 2_000;
    private static final long RETRY_MS = 1_000;
    private static final long SWEEP_MS = 30_000;

    /** How long a node that went is looked after: writes may be late, a coordinator may change. */
    private static final long REMEMBER_MS = 30_000;

    private final ShareMap shares;
    private final RollMap roll;
    private final UserMap users;
    private final LiveNodes nodes;
    private final LostClients lost;
    private final Map<String, Long> goneUntilMs = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private long sweptMs = nowMs(); // this and the next two: the cleaner's thread only
    private Set<NodeLife> unknown = Set.of();

    /** Told though it is not sure that they are removed; none is kept once nobody is gone. */
    private final Set<RollKey> told = new HashSet<>();

    PresenceCleaner(
            ShareMap shares, RollMap roll, UserMap users, LiveNodes nodes, LostClients lost) {
        this.shares = shares;
        this.roll = roll;
        this.users = users;
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
        Set<NodeLife> before = unknown;
        Set<NodeLife> now = new HashSet<>();
        shares.keys().forEach(key -> now.add(key.life()));
        roll.keys().forEach(key -> now.add(key.life()));
        users.all().forEach(entry -> now.addAll(entry.lives()));
        now.removeIf(this::isLive);
        unknown = now;
        Set<String> names = new HashSet<>();
        now.forEach(life -> names.add(life.node()));
        names.forEach(name -> clean(name, life -> isOver(life) || before.contains(life)));
    }

    private boolean isOver(NodeLife life) {
        return nodes.isOver(life.node(), life.incarnation());
    }

    private boolean isLive(NodeLife life) {
        return nodes.isLive(life.node(), life.incarnation());
    }

    /** The roll first: how large its channels were is known by the shares of the dead, too. */
    private void clean(String node, Predicate<NodeLife> isOver) {
        Map<RollKey, RollEntry> entries = roll.ofNode(node);
        entries.keySet().removeIf(key -> isLive(key.life()) || !isOver.test(key.life()));
        cleanRoll(entries);
        cleanUsers(node, life -> !isLive(life) && isOver.test(life));
        List<ShareKey> left =
                shares.keysOfNode(node).stream()
                        .filter(key -> !isLive(key.life()) && isOver.test(key.life()))
                        .toList();
        for (int from = 0; from < left.size(); from += BATCH) {
            List<ShareKey> some = left.subList(from, Math.min(left.size(), from + BATCH));
            shares.write(Map.of(), new HashSet<>(some));
        }
    }

    private void cleanRoll(Map<RollKey, RollEntry> entries) {
        List<RollKey> keys = List.copyOf(entries.keySet());
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<RollKey> some = keys.subList(from, Math.min(keys.size(), from + BATCH));
            // Looked up first: once they are taken, nobody else can tell.
            take(some, entries, membersBefore(some));
        }
    }

    /** A user that is on other nodes too has not gone. */
    private void cleanUsers(String node, Predicate<NodeLife> isOver) {
        Map<UserKey, UserEntry> entries = users.ofNode(node);
        Set<NodeLife> over = new HashSet<>();
        entries.values().forEach(entry -> over.addAll(entry.lives()));
        over.removeIf(life -> !life.node().equals(node) || !isOver.test(life));
        entries.values().removeIf(entry -> !entry.isOn(over));
        List<UserKey> keys = List.copyOf(entries.keySet());
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<UserKey> some = keys.subList(from, Math.min(keys.size(), from + BATCH));
            Set<String> channels = new HashSet<>();
            some.forEach(key -> channels.add(key.channel()));
            Map<String, Integer> members = membersBefore(channels, over);
            users.take(new HashSet<>(some), over)
                    .forEach(
                            (key, entry) -> {
                                int all = members.getOrDefault(key.channel(), 0);
                                if (all <= entry.announceUpTo()) {
                                    tell(key.channel(), entry.toInfo(key.user()));
                                }
                            });
        }
    }

    private Map<String, Integer> membersBefore(Collection<RollKey> keys) {
        Set<String> channels = new HashSet<>();
        Set<NodeLife> over = new HashSet<>();
        for (RollKey key : keys) {
            channels.add(key.channel());
            over.add(key.life());
        }
        return membersBefore(channels, over);
    }

    /** How many the channels had before these lives were lost, on all nodes. */
    private Map<String, Integer> membersBefore(Set<String> channels, Set<NodeLife> over) {
        Set<NodeLife> lives = new HashSet<>(nodes.lives());
        lives.addAll(over);
        Map<String, Integer> members = new HashMap<>();
        shares.of(channels, List.copyOf(lives))
                .forEach((key, share) -> members.merge(key.channel(), share.all(), Integer::sum));
        return members;
    }

    /**
     * @param members of each channel before the loss
     */
    private void take(
            List<RollKey> keys, Map<RollKey, RollEntry> entries, Map<String, Integer> members) {
        try {
            tell(roll.take(new HashSet<>(keys)), members);
        } catch (PresenceException e) {
            // Some may be removed, by us, and nobody would ever tell: so all are told now, and
            // those that are still there are removed without a word the next time.
            Map<RollKey, RollEntry> perhaps = new HashMap<>();
            keys.forEach(key -> perhaps.put(key, entries.get(key)));
            tell(perhaps, members);
            told.addAll(keys);
            throw e;
        }
    }

    private void tell(Map<RollKey, RollEntry> taken, Map<String, Integer> members) {
        for (var entry : taken.entrySet()) {
            RollKey key = entry.getKey();
            int all = members.getOrDefault(key.channel(), 0);
            if (!told.remove(key) && all <= entry.getValue().announceUpTo()) {
                tell(key.channel(), entry.getValue().toInfo(key.client()));
            }
        }
    }

    private void tell(String channel, ClientInfo client) {
        try {
            lost.lost(channel, client);
        } catch (RuntimeException e) {
            log.warn("cannot tell that a client was lost with its node", e);
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
