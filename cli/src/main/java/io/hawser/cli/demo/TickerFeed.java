package io.hawser.cli.demo;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;
import io.hawser.cli.admin.PublishRequest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes prices through the server API of a node that serves, and through another one if that
 * does not answer. A tick is repeated with its idempotency key until a node has stored it, so none
 * is lost and none is stored twice. Thread-safe.
 */
final class TickerFeed implements AutoCloseable {
    /** Between two ticks, whatever their symbol. */
    private static final Duration INTERVAL = Duration.ofMillis(50);

    /** Before a tick is tried again when no node took it. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final double FIRST_PRICE = 180;

    /** A node and the client of its admin port. */
    private record Outlet(DemoNode node, AdminClient client) {}

    private final List<Outlet> outlets = new ArrayList<>();
    private final Map<String, RandomWalk> prices = new HashMap<>();
    private final AtomicLong published = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("ticker-feed").unstarted(this::run);
    private volatile boolean closed;
    private volatile String trouble = "";
    private int current;

    TickerFeed(List<DemoNode> nodes, String apiKey) {
        for (DemoNode node : nodes) {
            outlets.add(new Outlet(node, new AdminClient(node.adminUrl(), apiKey, TIMEOUT)));
        }
        var random = new SplittableRandom();
        for (String symbol : DemoSettings.SYMBOLS) {
            prices.put(symbol, new RandomWalk(FIRST_PRICE, random.split()));
        }
    }

    void start() {
        thread.start();
    }

    /** Ticks that a node has stored. */
    long published() {
        return published.get();
    }

    /** Why the last try failed; empty while all is well. */
    String trouble() {
        return trouble;
    }

    private void run() {
        long nextNs = System.nanoTime();
        for (int i = 0; !closed; i = (i + 1) % DemoSettings.SYMBOLS.size()) {
            publish(DemoSettings.SYMBOLS.get(i));
            // Ticks that were held up are not caught up with: the feed would come in a burst.
            nextNs = Math.max(nextNs + INTERVAL.toNanos(), System.nanoTime());
            LockSupport.parkNanos(nextNs - System.nanoTime());
        }
    }

    private void publish(String symbol) {
        var request =
                new PublishRequest(
                        DemoSettings.channel(symbol), tick(symbol), UUID.randomUUID().toString());
        while (!closed && !stored(request)) {
            current = (current + 1) % outlets.size();
            if (current == 0) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private String tick(String symbol) {
        var price = prices.get(symbol);
        if (price == null) {
            throw new IllegalArgumentException("no such symbol: " + symbol);
        }
        return "{\"symbol\":\"%s\",\"price\":%s,\"time\":%d}"
                .formatted(symbol, price.next(), System.currentTimeMillis());
    }

    private boolean stored(PublishRequest request) {
        Outlet outlet = outlets.get(current);
        if (!outlet.node().serving()) {
            return false;
        }
        try {
            outlet.client().publish(request);
            published.incrementAndGet();
            trouble = "";
            return true;
        } catch (AdminException notStored) {
            trouble = notStored.getMessage();
            return false; // the next node gets it
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        outlets.forEach(outlet -> outlet.client().close());
    }
}
