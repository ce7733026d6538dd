package io.hawser.grid.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A node as far as pub/sub goes: lanes, broker, hub, and a sink that hands on to subscribers as the
 * real fan-out does.
 */
public final class TestNode implements Sink, AutoCloseable {
    public final Lanes lanes = new Lanes(2, 10_000);
    public final Broker broker;
    public final Hub hub;
    public final List<Payload> controls = new CopyOnWriteArrayList<>();

    /** Runs when a command comes, before it is in {@link #controls}. */
    public volatile Runnable onControl = () -> {};

    /** What {@link #isBehind} says. */
    public volatile boolean behind;

    /** Publications that another thread than the lane's own brought. */
    public final AtomicInteger broughtByOthers = new AtomicInteger();

    /** Each list is touched only on the channel's lane. */
    private final Map<String, List<TestSubscriber>> subscribers = new ConcurrentHashMap<>();

    private final Runnable closer;

    public TestNode(Function<Lanes, Broker> makeBroker) {
        this(makeBroker, () -> {});
    }

    /**
     * @param closer ends what the broker leaves to its owner
     */
    public TestNode(Function<Lanes, Broker> makeBroker, Runnable closer) {
        this.closer = closer;
        broker = makeBroker.apply(lanes);
        hub = new Hub(broker, lanes);
        broker.start(this);
    }

    public TestSubscriber subscribe(String channel, JoinRequest request) {
        TestSubscriber subscriber = new TestSubscriber(this, channel, request);
        hub.subscribe(channel, request, subscriber);
        return subscriber;
    }

    /** A fresh subscriber of a channel with this history, joined. */
    public TestSubscriber subscribed(String channel, HistoryOptions history) {
        return subscribe(channel, new JoinRequest(history, null, 0)).awaitJoined();
    }

    public void add(TestSubscriber subscriber) {
        subscribers.computeIfAbsent(subscriber.channel, c -> new ArrayList<>()).add(subscriber);
    }

    public void remove(TestSubscriber subscriber) {
        lanes.execute(
                subscriber.channel,
                () -> {
                    List<TestSubscriber> list = subscribers.get(subscriber.channel);
                    if (list != null && list.remove(subscriber)) {
                        hub.unsubscribe(subscriber.channel);
                    }
                });
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    @Override
    public void publication(String channel, Publication publication) {
        checkLane(channel);
        if (!Lanes.isLaneThread()) {
            broughtByOthers.incrementAndGet();
        }
        for (TestSubscriber subscriber : subscribers.getOrDefault(channel, List.of())) {
            subscriber.publication(publication);
        }
    }

    @Override
    public void presence(String channel, PresenceEvent event) {
        checkLane(channel);
        for (TestSubscriber subscriber : subscribers.getOrDefault(channel, List.of())) {
            subscriber.presence(event);
        }
    }

    @Override
    public void positionLost(String channel) {
        checkLane(channel);
        List<TestSubscriber> lost = subscribers.remove(channel);
        if (lost != null) {
            for (TestSubscriber subscriber : lost) {
                subscriber.lose();
                hub.unsubscribe(channel);
            }
        }
    }

    @Override
    public void control(Payload command) {
        onControl.run();
        controls.add(command);
    }

    private void checkLane(String channel) {
        if (!lanes.isCurrent(channel)) {
            throw new IllegalStateException("not on the lane of " + channel);
        }
    }

    @Override
    public void close() {
        broker.close();
        closer.run();
        lanes.close();
    }
}
