package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One subscriber of a {@link TestNode}; remembers everything in order. Thread-safe. */
public final class TestSubscriber implements Subscriber {
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    public final String channel;
    public final JoinRequest request;
    private final TestNode node;
    private final List<Publication> received = new ArrayList<>();
    private final List<PresenceEvent> presence = new ArrayList<>();
    private @Nullable JoinResult result;
    private @Nullable BrokerException failure;
    private boolean lost;

    public TestSubscriber(TestNode node, String channel, JoinRequest request) {
        this.node = node;
        this.channel = channel;
        this.request = request;
    }

    @Override
    public void joined(JoinResult newResult) {
        synchronized (this) {
            if (result != null || failure != null) {
                throw new IllegalStateException("joined twice");
            }
            result = newResult;
            received.addAll(newResult.publications());
        }
        if (!node.lanes.isCurrent(channel)) {
            throw new IllegalStateException("joined off the lane");
        }
        node.add(this);
    }

    @Override
    public synchronized void failed(BrokerException why) {
        if (result != null || failure != null) {
            throw new IllegalStateException("failed after an answer");
        }
        failure = why;
    }

    public synchronized void publication(Publication publication) {
        if (lost) {
            throw new IllegalStateException("publication after the loss");
        }
        received.add(publication);
    }

    public synchronized void presence(PresenceEvent event) {
        presence.add(event);
    }

    public synchronized void lose() {
        lost = true;
    }

    public void leave() {
        node.remove(this);
    }

    public TestSubscriber awaitJoined() {
        await().atMost(PATIENCE).until(this::isAnswered);
        assertThat(failure()).as("failure of the join").isNull();
        return this;
    }

    public BrokerException awaitFailed() {
        await().atMost(PATIENCE).until(this::isAnswered);
        BrokerException why = failure();
        assertThat(why).as("failure of the join").isNotNull();
        return java.util.Objects.requireNonNull(why);
    }

    public synchronized boolean isAnswered() {
        return result != null || failure != null;
    }

    public synchronized JoinResult result() {
        return java.util.Objects.requireNonNull(result, "not joined");
    }

    public synchronized @Nullable BrokerException failure() {
        return failure;
    }

    public synchronized boolean isLost() {
        return lost;
    }

    public synchronized List<Publication> received() {
        return List.copyOf(received);
    }

    public synchronized List<PresenceEvent> presence() {
        return List.copyOf(presence);
    }

    public synchronized int count() {
        return received.size();
    }

    public List<Long> offsets() {
        return received().stream().map(Publication::offset).toList();
    }

    public List<String> texts() {
        return received().stream().map(p -> p.data().toString()).toList();
    }

    /** Offsets rise by one from the position it recovered from or joined at; no gap, no double. */
    public void assertGapless() {
        StreamPosition since = request.since();
        long start =
                since != null && result().recovered()
                        ? since.offset()
                        : result().position().offset();
        List<Long> offsets = offsets();
        for (int i = 0; i < offsets.size(); i++) {
            assertThat(offsets.get(i))
                    .as("offset number %d after %d of %s", i, start, offsets.size())
                    .isEqualTo(start + 1 + i);
        }
    }
}
