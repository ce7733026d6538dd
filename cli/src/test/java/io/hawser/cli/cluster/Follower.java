package io.hawser.cli.cluster;

import io.hawser.cli.client.ClientEvent;

import java.util.ArrayList;
import java.util.List;

/**
 * What one client of a channel gets, whose messages are {@code {"n": 1}}, {@code {"n": 2}} and so
 * on: checks as they come that none is missing, doubled or out of order. Thread-safe.
 */
final class Follower {
    /** A loss of the subscription: when, by System.nanoTime(), and its code. */
    record Closed(long nanos, int code) {}

    private final List<String> faults = new ArrayList<>();
    private final List<Closed> closed = new ArrayList<>();
    private String node = "";
    private boolean live;
    private long liveSinceNanos;
    private int last;

    synchronized void on(ClientEvent event) {
        switch (event) {
            case ClientEvent.Received message -> received(message.data().path("n").asInt());
            case ClientEvent.Subscribed subscribed -> {
                live = true;
                liveSinceNanos = System.nanoTime();
                if (subscribed.wasRecovering() && !subscribed.recovered()) {
                    faults.add("not recovered after " + last);
                }
            }
            case ClientEvent.Disconnected lost -> closed(lost.code());
            case ClientEvent.Unsubscribed lost -> closed(lost.code());
            case ClientEvent.Ended ended -> {
                closed(ended.code());
                faults.add("ended: " + ended.code() + " " + ended.reason());
            }
            case ClientEvent.Connected now -> node = now.node();
        }
    }

    private void received(int n) {
        if (last > 0 && n != last + 1) {
            faults.add("after " + last + " came " + n);
        }
        last = n;
    }

    /** An attempt to come back that fails is no loss of its own. */
    private void closed(int code) {
        if (live) {
            closed.add(new Closed(System.nanoTime(), code));
        }
        live = false;
    }

    /** The last message, 0 if there was none. */
    synchronized int last() {
        return last;
    }

    /** The id of the node that it is at, or was last; empty if that does not tell. */
    synchronized String node() {
        return node;
    }

    synchronized boolean isLive() {
        return live;
    }

    /** When it was subscribed for the last time, by System.nanoTime(). */
    synchronized long liveSinceNanos() {
        return liveSinceNanos;
    }

    /** The codes with which it lost its subscription after that moment. */
    synchronized List<Integer> closedSince(long nanos) {
        return closed.stream().filter(it -> it.nanos - nanos > 0).map(Closed::code).toList();
    }

    /** What is wrong with what it got. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
