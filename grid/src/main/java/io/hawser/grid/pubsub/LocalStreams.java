package io.hawser.grid.pubsub;

import io.hawser.grid.pubsub.BrokerException.Reason;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The streams of all channels of a {@link LocalBroker} under one bound in bytes. When it is
 * reached, the channel that was published to least recently goes first; it comes back with a new
 * epoch. Thread-safe; the lock is held for the work of one publication.
 */
final class LocalStreams {
    /** How long idempotency keys are remembered. */
    static final Duration IDEMPOTENCY_TTL = Duration.ofMinutes(5);

    private final long maxBytes;
    private final int idempotencyMax;

    /** Least recently published first. */
    private final LinkedHashMap<String, LocalStream> streams =
            new LinkedHashMap<>(64, 0.75f, false);

    private long bytes;

    /**
     * What a publish did.
     *
     * @param stored the publication to hand on; null if its key was known already, or its version
     *     is not newer
     * @param evicted channels that lost their stream to make room
     */
    record Appended(PublishResult result, @Nullable Publication stored, List<String> evicted) {
        static Appended nothing(PublishResult result) {
            return new Appended(result, null, List.of());
        }
    }

    /**
     * @param idempotencyMax idempotency keys a channel at most; beyond it a publish with a new key
     *     is refused
     */
    LocalStreams(long maxBytes, int idempotencyMax) {
        this.maxBytes = maxBytes;
        this.idempotencyMax = idempotencyMax;
    }

    /** Stores a publication if its options ask for it. */
    synchronized Appended append(
            String channel, Publication publication, PublishOptions options, long nowMs) {
        HistoryOptions history = options.history();
        String key = options.idempotencyKey();
        Version version = options.version();
        if (!history.enabled() && !options.conditional()) {
            return new Appended(PublishResult.at(StreamPosition.NONE), publication, List.of());
        }
        if (publication.approximateBytes() > maxBytes / 2) {
            throw new BrokerException(
                    Reason.FAILED, "publication is larger than half of broker.local_max_bytes");
        }
        LocalStream stream = take(channel, nowMs);
        long before = stream.bytes();
        try {
            stream.dropExpired(nowMs);
            if (key != null) {
                StreamPosition answer = answer(stream, key);
                if (answer != null) {
                    return Appended.nothing(PublishResult.at(answer));
                }
            }
            if (version != null && !stream.accept(version, history, nowMs)) {
                StreamPosition top = history.enabled() ? stream.top() : StreamPosition.NONE;
                return Appended.nothing(new PublishResult(top, true));
            }
            Publication stored = publication;
            if (history.enabled()) {
                ensureEpoch(stream, history, nowMs);
                stored = stream.append(publication, history, nowMs);
            }
            StreamPosition position = history.enabled() ? stream.top() : StreamPosition.NONE;
            if (key != null) {
                stream.remember(key, position, nowMs + IDEMPOTENCY_TTL.toMillis());
            }
            bytes += stream.bytes() - before;
            before = stream.bytes();
            return new Appended(PublishResult.at(position), stored, makeRoom(channel, stream));
        } finally {
            bytes += stream.bytes() - before;
            streams.put(channel, stream);
        }
    }

    private @Nullable StreamPosition answer(LocalStream stream, String key) {
        StreamPosition known = stream.answerTo(key);
        if (known == null && stream.keyCount() >= idempotencyMax) {
            throw new BrokerException(Reason.KEYS_FULL, "too many idempotency keys in the channel");
        }
        return known;
    }

    /** The position, made if there is none, and what {@code query} asks for. */
    synchronized History read(
            String channel, HistoryQuery query, HistoryOptions history, long nowMs) {
        LocalStream stream = live(channel, nowMs);
        if (stream == null) {
            stream = new LocalStream(channel, "", nowMs);
            streams.put(channel, stream);
            bytes += stream.bytes();
        }
        long before = stream.bytes();
        stream.dropExpired(nowMs);
        ensureEpoch(stream, history, nowMs);
        bytes += stream.bytes() - before;
        return new History(stream.top(), stream.read(query, history.size()));
    }

    /** Drops the publications; the position stays. */
    synchronized void remove(String channel) {
        LocalStream stream = streams.get(channel);
        if (stream != null) {
            long before = stream.bytes();
            stream.dropPublications();
            bytes += stream.bytes() - before;
        }
    }

    /** Drops the publications up to a position; of another epoch nothing. */
    synchronized void trim(String channel, StreamPosition upTo) {
        LocalStream stream = streams.get(channel);
        if (stream != null && stream.top().epoch().equals(upTo.epoch())) {
            long before = stream.bytes();
            stream.dropUpTo(upTo.offset());
            bytes += stream.bytes() - before;
        }
    }

    /** The channel's epoch now, empty if it has none. */
    synchronized String epoch(String channel, long nowMs) {
        LocalStream stream = live(channel, nowMs);
        return stream == null ? "" : stream.top().epoch();
    }

    /** Drops what has expired or is beyond the bound; returns channels whose position went. */
    synchronized List<String> sweep(long nowMs) {
        List<String> gone = new ArrayList<>();
        Iterator<Map.Entry<String, LocalStream>> all = streams.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, LocalStream> entry = all.next();
            LocalStream stream = entry.getValue();
            bytes -= stream.bytes();
            stream.dropExpired(nowMs);
            if (stream.isExpired(nowMs)) {
                all.remove();
                gone.add(entry.getKey());
            } else {
                bytes += stream.bytes();
            }
        }
        gone.addAll(makeRoom("", null));
        return gone;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** The channel's stream, taken out of the order so that it goes back as the newest. */
    private LocalStream take(String channel, long nowMs) {
        LocalStream stream = live(channel, nowMs);
        if (stream != null) {
            streams.remove(channel);
            return stream;
        }
        LocalStream fresh = new LocalStream(channel, "", nowMs);
        bytes += fresh.bytes();
        return fresh;
    }

    private @Nullable LocalStream live(String channel, long nowMs) {
        LocalStream stream = streams.get(channel);
        if (stream != null && stream.isExpired(nowMs)) {
            streams.remove(channel);
            bytes -= stream.bytes();
            return null;
        }
        return stream;
    }

    private static void ensureEpoch(LocalStream stream, HistoryOptions history, long nowMs) {
        if (!stream.hasPosition()) {
            stream.giveEpoch(Epochs.next(), nowMs + history.metaTtl().toMillis());
        }
    }

    /** Evicts other channels; if only {@code own} is left, its oldest publications go. */
    private List<String> makeRoom(String channel, @Nullable LocalStream own) {
        List<String> evicted = new ArrayList<>();
        Iterator<Map.Entry<String, LocalStream>> oldestFirst = streams.entrySet().iterator();
        while (bytes > maxBytes && oldestFirst.hasNext()) {
            Map.Entry<String, LocalStream> oldest = oldestFirst.next();
            if (!oldest.getKey().equals(channel)) {
                oldestFirst.remove();
                bytes -= oldest.getValue().bytes();
                evicted.add(oldest.getKey());
            }
        }
        if (own != null) {
            long overMaxBytes = bytes - maxBytes;
            long target = own.bytes() - overMaxBytes;
            boolean dropped = true;
            while (dropped && own.bytes() > target) {
                dropped = own.dropOldest();
            }
        }
        return evicted;
    }
}
