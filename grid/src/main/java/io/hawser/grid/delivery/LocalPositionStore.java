package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.UserQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Positions in this node's memory, which end with the node. Of {@value #MAX_USERS} users at most:
 * beyond that the one whose positions were used least recently is forgotten. Thread-safe; the lock
 * is held for the work of one call, by a thread of the executor.
 */
public final class LocalPositionStore implements PositionStore {
    static final int MAX_USERS = 100_000;

    private final PositionLimits limits;
    private final BiConsumer<String, StreamPosition> queueTrim;
    private final LongSupplier clockMs;
    private final Executor executor;

    /** By user, least recently used first. */
    private final LinkedHashMap<String, Map<Place, StoredPosition>> users =
            new LinkedHashMap<>(64, 0.75f, true);

    private record Place(String device, String channel) {}

    /**
     * @param queueTrim drops what a queue has up to a position; must not block
     * @param clockMs milliseconds since 1970
     * @param executor does the work, as whoever asks must not wait for the lock
     */
    public LocalPositionStore(
            PositionLimits limits,
            BiConsumer<String, StreamPosition> queueTrim,
            LongSupplier clockMs,
            Executor executor) {
        this.limits = limits;
        this.queueTrim = queueTrim;
        this.clockMs = clockMs;
        this.executor = executor;
    }

    @Override
    public CompletionStage<@Nullable StreamPosition> position(Recipient recipient, String channel) {
        return CompletableFuture.<@Nullable StreamPosition>supplyAsync(
                () -> find(recipient, channel), executor);
    }

    private synchronized @Nullable StreamPosition find(Recipient recipient, String channel) {
        StoredPosition stored = live(recipient.user(), place(recipient, channel));
        return stored == null ? null : stored.position();
    }

    @Override
    public CompletionStage<StreamPosition> begin(
            Recipient recipient, String channel, StreamPosition first) {
        return CompletableFuture.supplyAsync(() -> begun(recipient, channel, first), executor);
    }

    private synchronized StreamPosition begun(
            Recipient recipient, String channel, StreamPosition first) {
        Place place = place(recipient, channel);
        StoredPosition stored = live(recipient.user(), place);
        long nowMs = clockMs.getAsLong();
        StoredPosition now =
                stored != null ? stored.used(nowMs) : StoredPosition.first(first, nowMs);
        if (!put(recipient.user(), place, now)) {
            throw RedisPositionStore.tooMany(recipient.user());
        }
        return now.position();
    }

    @Override
    public CompletionStage<List<Optional<StreamPosition>>> acknowledge(
            String user, List<Acknowledgement> acknowledgements) {
        return CompletableFuture.supplyAsync(() -> moved(user, acknowledgements), executor);
    }

    private List<Optional<StreamPosition>> moved(
            String user, List<Acknowledgement> acknowledgements) {
        List<Optional<StreamPosition>> now = new ArrayList<>(acknowledgements.size());
        for (Acknowledgement each : acknowledgements) {
            StreamPosition position = move(user, each);
            now.add(Optional.ofNullable(position));
            if (position != null && UserQueue.isQueue(each.channel())) {
                queueTrim.accept(each.channel(), position);
            }
        }
        return now;
    }

    private synchronized @Nullable StreamPosition move(String user, Acknowledgement each) {
        long nowMs = clockMs.getAsLong();
        Place place = new Place(each.device(), each.channel());
        StoredPosition stored = live(user, place);
        StoredPosition now =
                stored != null
                        ? stored.acknowledged(each.position(), nowMs)
                        : StoredPosition.first(each.position(), nowMs);
        return put(user, place, now) ? now.position() : null;
    }

    @Override
    public CompletionStage<@Nullable Void> touch(Recipient recipient, List<String> channels) {
        return CompletableFuture.<@Nullable Void>supplyAsync(
                () -> touched(recipient, channels), executor);
    }

    private synchronized @Nullable Void touched(Recipient recipient, List<String> channels) {
        for (String channel : channels) {
            Place place = place(recipient, channel);
            StoredPosition stored = live(recipient.user(), place);
            if (stored != null) {
                put(recipient.user(), place, stored.used(clockMs.getAsLong()));
            }
        }
        return null;
    }

    @Override
    public CompletionStage<List<Standing>> standings(String user) {
        return CompletableFuture.supplyAsync(() -> all(user), executor);
    }

    private synchronized List<Standing> all(String user) {
        List<Standing> standings = new ArrayList<>();
        users.getOrDefault(user, Map.of())
                .forEach(
                        (place, stored) ->
                                standings.add(
                                        new Standing(
                                                place.device,
                                                place.channel,
                                                stored.position(),
                                                stored.usedAtMs())));
        return standings;
    }

    /** Users with positions. */
    synchronized int userCount() {
        return users.size();
    }

    private static Place place(Recipient recipient, String channel) {
        return new Place(recipient.device(), channel);
    }

    private @Nullable StoredPosition live(String user, Place place) {
        Map<Place, StoredPosition> positions = users.get(user);
        StoredPosition stored = positions == null ? null : positions.get(place);
        return stored == null || isExpired(stored) ? null : stored;
    }

    private boolean isExpired(StoredPosition stored) {
        return stored.isExpired(clockMs.getAsLong(), limits.ttl().toMillis());
    }

    /** False if the user has too many. */
    private boolean put(String user, Place place, StoredPosition position) {
        Map<Place, StoredPosition> positions = users.computeIfAbsent(user, u -> new HashMap<>(2));
        if (!positions.containsKey(place) && positions.size() >= limits.perUser()) {
            positions.values().removeIf(this::isExpired);
            if (positions.size() >= limits.perUser()) {
                return false;
            }
        }
        positions.put(place, position);
        if (users.size() > MAX_USERS) {
            users.pollFirstEntry();
        }
        return true;
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
