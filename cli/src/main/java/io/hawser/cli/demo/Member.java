package io.hawser.cli.demo;

import io.hawser.cli.client.ChannelClient;
import io.hawser.cli.client.ClientEvent;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;
import io.hawser.cli.client.SequenceCheck;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One simulated client and what it has seen. Thread-safe. */
final class Member implements AutoCloseable {
    private final SequenceCheck sequence = new SequenceCheck();
    private final Set<String> live = new HashSet<>();
    private final CountDownLatch firstLive = new CountDownLatch(1);
    private final ChannelClient client;
    private final int channels;
    private String node = "";
    private boolean connected;
    private boolean ended;
    private long connects;
    private long recovered;

    Member(ClientSettings settings, ClientRuntime runtime) {
        channels = settings.channels().size();
        client = new ChannelClient(settings, runtime, this::accept);
    }

    void start() {
        client.start();
    }

    private synchronized void accept(ClientEvent event) {
        sequence.accept(event);
        switch (event) {
            case ClientEvent.Connected now -> {
                connected = true;
                connects++;
                node = now.node().isEmpty() ? "?" : now.node();
            }
            case ClientEvent.Subscribed now -> {
                live.add(now.channel());
                if (isLive()) {
                    firstLive.countDown();
                }
                recovered += now.recovered() ? now.publications() : 0;
            }
            case ClientEvent.Received _ -> {}
            case ClientEvent.Unsubscribed now -> live.remove(now.channel());
            case ClientEvent.Disconnected _ -> disconnected();
            case ClientEvent.Ended _ -> {
                disconnected();
                ended = true;
            }
        }
    }

    private void disconnected() {
        connected = false;
        live.clear();
    }

    private boolean isLive() {
        return connected && live.size() == channels;
    }

    /**
     * Waits until it has a connection and every subscription for the first time.
     *
     * @param limitNs nanoseconds; none left if it is not positive
     * @return whether it has
     */
    boolean awaitLive(long limitNs) throws InterruptedException {
        return firstLive.await(limitNs, TimeUnit.NANOSECONDS);
    }

    /** Adds what this client has seen. */
    synchronized void addTo(CrowdTally tally) {
        if (isLive()) {
            tally.connected(node);
        }
        tally.received += sequence.received();
        tally.missing += sequence.missing();
        tally.repeated += sequence.repeated();
        tally.lostStreams += sequence.lostStreams();
        tally.reconnects += Math.max(0, connects - 1);
        tally.recovered += recovered;
        tally.ended += ended ? 1 : 0;
    }

    @Override
    public void close() {
        client.close();
    }
}
