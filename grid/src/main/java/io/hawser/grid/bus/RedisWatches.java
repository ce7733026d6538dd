package io.hawser.grid.bus;

import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.Watch;
import io.hawser.grid.pubsub.WatchEvent;
import io.hawser.grid.pubsub.WatchLimits;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisServers;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * The watches of a {@link RedisBroker}: every server is asked for the patterns, for as long as
 * somebody watches. A Redis Cluster brings what is published to all over each of its servers; only
 * that counts which comes over the one that has the channel. Thread-safe; nothing blocks.
 */
final class RedisWatches {
    private static final Logger log = LoggerFactory.getLogger(RedisWatches.class);

    /**
     * Until all publishers know that somebody listens to patterns, where they have to: they look
     * once a second, and again if a look had no answer.
     */
    private static final long NOTICE_MS = 3000;

    private final RedisServers servers;
    private final LongAdder unreadable;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final FromBus fromBus = new FromBus();

    private final Function<RedisConnections, BusPulse.Publisher> beats;

    /** Empty while nobody watches. Guarded by this. */
    private final Map<RedisConnections, PatternBus> buses = new HashMap<>();

    /** One watch; the rest is guarded by the outer object. */
    private static final class Entry {
        final Watch watch;

        /** Of Redis; brings all that the watch wants, and maybe more. */
        final String pattern;

        boolean heard;

        /** Counts the changes of {@link #heard}. */
        int turn;

        Entry(Watch watch) {
            this.watch = watch;
            this.pattern = ChannelKeys.busPattern(watch.pattern().prefix());
        }
    }

    /**
     * @param beats publishes at that server, over another connection than those for patterns
     * @param unreadable counts messages that this version cannot read
     */
    RedisWatches(
            RedisServers servers,
            Function<RedisConnections, BusPulse.Publisher> beats,
            LongAdder unreadable) {
        this.servers = servers;
        this.beats = beats;
        this.unreadable = unreadable;
    }

    Watch open(ChannelPattern pattern, WatchLimits limits) {
        var watch = new Watch(pattern, limits, this::close);
        var entry = new Entry(watch);
        watch.incomplete("nothing is heard yet");
        synchronized (this) {
            entries.add(entry);
            follow();
        }
        return watch;
    }

    private void close(Watch watch) {
        synchronized (this) {
            List<Entry> closed = entries.stream().filter(e -> e.watch == watch).toList();
            entries.removeAll(closed);
            for (Entry entry : closed) {
                if (entries.stream().noneMatch(e -> e.pattern.equals(entry.pattern))) {
                    buses.values().forEach(bus -> bus.wantNoMore(entry.pattern));
                }
            }
            follow();
        }
    }

    /** Servers came or went, or the broker has closed. */
    synchronized void serversChanged() {
        if (!entries.isEmpty()) {
            follow();
        }
    }

    /** As many buses as there are servers, while there is something to hear. */
    private void follow() {
        List<RedisConnections> all = entries.isEmpty() ? List.of() : servers.all();
        for (RedisConnections server : all) {
            PatternBus bus = buses.computeIfAbsent(server, this::newBus);
            entries.forEach(entry -> bus.want(entry.pattern));
        }
        List<PatternBus> gone =
                buses.values().stream().filter(bus -> !all.contains(bus.server())).toList();
        for (PatternBus bus : gone) {
            buses.remove(bus.server());
            Thread.ofVirtual().name("redis-patterns-gone").start(bus::close);
        }
        look();
    }

    private PatternBus newBus(RedisConnections server) {
        return new PatternBus(server, fromBus, new BusPulse(beats.apply(server)));
    }

    /** Tells the readers what has changed for them. */
    private synchronized void look() {
        boolean known = servers.isComplete() && !buses.isEmpty();
        for (Entry entry : entries) {
            boolean heard =
                    known && buses.values().stream().allMatch(bus -> bus.hears(entry.pattern));
            if (heard != entry.heard) {
                entry.heard = heard;
                entry.turn++;
                if (heard) {
                    completeLater(entry, entry.turn);
                } else {
                    entry.watch.incomplete(why());
                }
            } else if (!heard && refusal() != null) {
                entry.watch.incomplete(why());
            }
        }
    }

    private String why() {
        String refusal = refusal();
        return refusal == null
                ? "a connection to Redis is lost, or a server came or went"
                : "Redis refuses pattern subscriptions, its user needs &hawser:* and +@pubsub: "
                        + refusal;
    }

    private @Nullable String refusal() {
        for (PatternBus bus : buses.values()) {
            String refused = bus.refused();
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private void completeLater(Entry entry, int turn) {
        boolean sharded = buses.keySet().stream().anyMatch(RedisConnections::isSharded);
        if (!sharded) {
            entry.watch.complete();
            return;
        }
        var _ =
                servers.timer()
                        .newTimeout(
                                timeout -> completeIfStill(entry, turn),
                                NOTICE_MS,
                                TimeUnit.MILLISECONDS);
    }

    private synchronized void completeIfStill(Entry entry, int turn) {
        if (entry.turn == turn) {
            entry.watch.complete();
        }
    }

    private final class FromBus implements PatternBus.Receiver {
        @Override
        public void message(PatternBus bus, String pattern, String name, byte[] message) {
            if (!ChannelKeys.isBus(name)) {
                return;
            }
            String channel = ChannelKeys.channelOfBus(name);
            if (bus.server().equals(servers.of(ChannelKeys.tag(channel)))) {
                hand(pattern, channel, message);
            }
        }

        @Override
        public void changed() {
            look();
        }
    }

    private void hand(String pattern, String channel, byte[] message) {
        List<WatchEvent.Published> published = null;
        for (Entry entry : entries) {
            boolean through =
                    pattern.equals(entry.pattern) || pattern.equals(ChannelKeys.EVERYTHING);
            if (through && entry.watch.pattern().matches(channel)) {
                published = published == null ? published(channel, message) : published;
                published.forEach(entry.watch::offer);
            }
        }
    }

    private List<WatchEvent.Published> published(String channel, byte[] message) {
        try {
            BusFrame.Placed placed = BusFrame.decodeMessage(message);
            return switch (placed.body()) {
                case BusFrame.Body.Message body ->
                        List.of(
                                new WatchEvent.Published(
                                        channel, placed.position(), body.publication()));
                case BusFrame.Body.Batch batch ->
                        batch.publications().stream()
                                .map(p -> placed(channel, placed.position().epoch(), p))
                                .toList();
                case BusFrame.Body.Presence presence -> List.of();
                case BusFrame.Body.Control control -> List.of();
                case BusFrame.Body.Renewed renewed -> List.of();
            };
        } catch (BusFrameException e) {
            unreadable.increment();
            log.warn("message in {} cannot be read: {}", channel, e.getMessage());
            return List.of();
        }
    }

    private static WatchEvent.Published placed(
            String channel, String epoch, Publication publication) {
        return new WatchEvent.Published(
                channel, new StreamPosition(publication.offset(), epoch), publication);
    }
}
