package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One channel's past in memory: position, publications, idempotency keys. Not thread-safe: guarded
 * by {@link LocalStreams}.
 */
final class LocalStream {
    /** What a stream costs before anything is in it, in bytes. */
    private static final int EMPTY_BYTES = 400;

    private static final int KEY_BYTES = 120;
    private static final int VERSION_BYTES = 64;

    private final ArrayDeque<Publication> publications = new ArrayDeque<>();
    private final Map<String, Remembered> keys = new LinkedHashMap<>();
    private final int nameBytes;
    private String epoch;
    private long offset;
    private long publicationBytes;
    private long keyBytes;
    private long publicationsExpireAtMs;
    private long expiresAtMs;
    private long keysExpireAtMs;
    private @Nullable Version version;

    /** The answer to a publish with an idempotency key. */
    private record Remembered(StreamPosition position, long expiresAtMs) {}

    /**
     * Without history only the keys matter; then the position stays {@link StreamPosition#NONE}.
     */
    LocalStream(String channel, String epoch, long expiresAtMs) {
        this.nameBytes = 2 * channel.length();
        this.epoch = epoch;
        this.expiresAtMs = expiresAtMs;
    }

    StreamPosition top() {
        return new StreamPosition(offset, epoch);
    }

    /** True once the stream has an epoch, which is when history was first asked of it. */
    boolean hasPosition() {
        return !epoch.isEmpty();
    }

    void giveEpoch(String newEpoch, long newExpiresAtMs) {
        epoch = newEpoch;
        expiresAtMs = Math.max(expiresAtMs, newExpiresAtMs);
    }

    long bytes() {
        Version known = version;
        int versionBytes = known == null ? 0 : VERSION_BYTES + 2 * known.epoch().length();
        return EMPTY_BYTES + nameBytes + publicationBytes + keyBytes + versionBytes;
    }

    boolean isExpired(long nowMs) {
        return nowMs >= Math.max(expiresAtMs, keysExpireAtMs);
    }

    Publication append(Publication publication, HistoryOptions history, long nowMs) {
        Publication stored = publication.withOffset(++offset);
        publications.addLast(stored);
        publicationBytes += stored.approximateBytes();
        while (publications.size() > history.size()) {
            dropOldest();
        }
        publicationsExpireAtMs = nowMs + history.ttl().toMillis();
        expiresAtMs = nowMs + history.metaTtl().toMillis();
        return stored;
    }

    /** Forgets one publication; false if there was none. */
    boolean dropOldest() {
        Publication oldest = publications.pollFirst();
        if (oldest == null) {
            return false;
        }
        publicationBytes -= oldest.approximateBytes();
        return true;
    }

    void dropUpTo(long last) {
        Publication oldest = publications.peekFirst();
        while (oldest != null && oldest.offset() <= last) {
            dropOldest();
            oldest = publications.peekFirst();
        }
    }

    void dropPublications() {
        publications.clear();
        publicationBytes = 0;
    }

    void dropExpired(long nowMs) {
        if (nowMs >= publicationsExpireAtMs) {
            dropPublications();
        }
        Iterator<Map.Entry<String, Remembered>> oldestFirst = keys.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<String, Remembered> key = oldestFirst.next();
            if (nowMs < key.getValue().expiresAtMs()) {
                return;
            }
            keyBytes -= keyBytes(key.getKey());
            oldestFirst.remove();
        }
    }

    @Nullable StreamPosition answerTo(String key) {
        Remembered remembered = keys.get(key);
        return remembered == null ? null : remembered.position();
    }

    int keyCount() {
        return keys.size();
    }

    void remember(String key, StreamPosition position, long keyExpiresAtMs) {
        keys.put(key, new Remembered(position, keyExpiresAtMs));
        keyBytes += keyBytes(key);
        keysExpireAtMs = keyExpiresAtMs;
    }

    /** Takes the version as the channel's; false if what the channel has is as new. */
    boolean accept(Version offered, HistoryOptions history, long nowMs) {
        Version known = version;
        if (known != null && !offered.isNewerThan(known)) {
            return false;
        }
        version = known == null ? offered : offered.after(known);
        expiresAtMs = Math.max(expiresAtMs, nowMs + history.metaTtl().toMillis());
        return true;
    }

    private static int keyBytes(String key) {
        return KEY_BYTES + 2 * key.length();
    }

    /** What {@code query} asks for, cut to the newest {@code size}. */
    List<Publication> read(HistoryQuery query, int size) {
        List<Publication> found = new ArrayList<>();
        StreamPosition since = query.since();
        Iterator<Publication> all =
                query.reverse() ? publications.descendingIterator() : publications.iterator();
        while (all.hasNext() && found.size() < query.limit()) {
            Publication publication = all.next();
            if (publication.offset() > offset - size
                    && (since == null
                            || (query.reverse()
                                    ? publication.offset() < since.offset()
                                    : publication.offset() > since.offset()))) {
                found.add(publication);
            }
        }
        return found;
    }
}
