package io.hawser.grid.stream;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One channel of a Redis as one node sees it: a stream, a bus that loses, doubles and reorders, and
 * commands that are carried out and answered whenever the seed says.
 */
final class SimulatedStore {
    private final Random random;
    private final Map<String, Long> trimmedBelow = new HashMap<>();
    private final ArrayDeque<Publication> entries = new ArrayDeque<>();
    private String epoch = "";
    private long offset;
    private int epochs;

    boolean connected;
    private boolean subscribed;
    private boolean failNextRead;
    private long cutAfter = -1;

    /** Towards the node, oldest first: confirmations and publications. */
    private final List<ChannelEvent> bus = new ArrayList<>();

    private final ArrayDeque<ChannelAction> subscriptions = new ArrayDeque<>();
    private final List<ChannelAction.ReadHistory> asked = new ArrayList<>();
    private final List<ChannelEvent> answers = new ArrayList<>();

    SimulatedStore(Random random) {
        this.random = random;
    }

    /** The data says where it belongs, so that a subscriber can check what it got. */
    static Payload data(String epoch, long offset) {
        return Payload.of(epoch + "/" + offset);
    }

    StreamPosition top() {
        ensureEpoch();
        return new StreamPosition(offset, epoch);
    }

    /** True if everything after {@code since} was always there. */
    boolean neverTrimmed(StreamPosition since) {
        return trimmedBelow.getOrDefault(epoch, 1L) <= since.offset() + 1;
    }

    private void ensureEpoch() {
        if (epoch.isEmpty()) {
            epoch = "e" + ++epochs;
            offset = 0;
        }
    }

    void publish(boolean sureDelivery) {
        ensureEpoch();
        Publication publication =
                new Publication(++offset, data(epoch, offset), null, Map.of(), 0).withId(offset);
        entries.addLast(publication);
        if (!subscribed || (!sureDelivery && random.nextInt(12) == 0)) {
            return;
        }
        ChannelEvent message =
                new ChannelEvent.PublicationArrived(new StreamPosition(offset, epoch), publication);
        bus.add(message);
        if (!sureDelivery && random.nextInt(12) == 0) {
            bus.add(message);
        }
    }

    void publishPresence() {
        if (subscribed) {
            ClientInfo info = new ClientInfo("u", "c", Payload.EMPTY, Payload.EMPTY);
            bus.add(new ChannelEvent.PresenceArrived(new PresenceEvent.Join(info)));
        }
    }

    void trim() {
        int drop = random.nextInt(entries.size() + 1);
        for (int i = 0; i < drop; i++) {
            trimmedBelow.put(epoch, entries.removeFirst().offset() + 1);
        }
    }

    void wipe() {
        entries.clear();
        epoch = "";
        offset = 0;
    }

    void disconnect() {
        connected = false;
        subscribed = false;
        bus.clear();
        subscriptions.clear();
        asked.clear();
        answers.clear();
    }

    void ask(ChannelAction.ReadHistory read) {
        asked.add(read);
    }

    void change(ChannelAction subscription, boolean sure) {
        if (sure || random.nextInt(8) != 0) {
            subscriptions.add(subscription);
        }
    }

    void failNextRead() {
        failNextRead = true;
    }

    /** If the read that was carried out last was cut short, the offset it began after; else -1. */
    long cutAfter() {
        return cutAfter;
    }

    boolean hasReadUnderWay() {
        return !asked.isEmpty() || !answers.isEmpty();
    }

    /** Carries out one waiting command. */
    void work(boolean calm) {
        if (!subscriptions.isEmpty() && random.nextBoolean()) {
            subscribed = subscriptions.removeFirst() instanceof ChannelAction.Subscribe;
            if (subscribed) {
                bus.add(new ChannelEvent.SubscribeConfirmed());
            }
        } else if (!asked.isEmpty()) {
            ChannelAction.ReadHistory read = asked.removeFirst();
            answers.add(
                    failNextRead || (!calm && random.nextInt(10) == 0)
                            ? new ChannelEvent.HistoryReadFailed(read.readId())
                            : new ChannelEvent.HistoryRead(
                                    read.readId(), new StreamRead(read(read, calm), offset)));
            failNextRead = false;
        }
    }

    private History read(ChannelAction.ReadHistory read, boolean calm) {
        ensureEpoch();
        int limit = read.limit();
        if (!calm && limit > 1 && random.nextInt(10) == 0) {
            limit = 1 + random.nextInt(limit - 1);
        }
        cutAfter = limit < read.limit() ? read.sinceOffset() : -1;
        List<Publication> found =
                entries.stream().filter(p -> p.offset() > read.sinceOffset()).limit(limit).toList();
        return new History(top(), found);
    }

    /** The next thing the node hears; null if nothing waits. */
    @Nullable ChannelEvent nextEvent(boolean calm) {
        boolean answer = !answers.isEmpty() && (bus.isEmpty() || random.nextInt(3) == 0);
        if (answer) {
            return answers.removeFirst();
        }
        if (bus.isEmpty()) {
            return null;
        }
        int index = !calm && random.nextInt(8) == 0 ? random.nextInt(bus.size()) : 0;
        return bus.remove(index);
    }
}
