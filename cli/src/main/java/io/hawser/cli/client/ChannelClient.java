package io.hawser.cli.client;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A client that stays subscribed: it connects, subscribes, answers pings, and after a loss comes
 * back with jitter and recovers what it missed. Thread-safe. Events are delivered one at a time, in
 * order, on the client's own threads; the receiver must not block.
 */
public final class ChannelClient implements AutoCloseable {
    /** Longest message taken, characters; beyond it the connection is dropped. */
    private static final int MAX_MESSAGE_CHARS = 4 << 20;

    private static final int NO_CLOSE_FRAME = 1006;
    private static final int TOO_LARGE = 1009;
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final long CHECK_EVERY_MS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final ClientSettings settings;
    private final ClientRuntime runtime;
    private final Consumer<ClientEvent> events;
    private final ClientProtocol protocol;

    // All below is guarded by the lock.
    private final SplittableRandom random = new SplittableRandom();
    private @Nullable Link link;
    private @Nullable ScheduledFuture<?> checks;
    private int failures;
    private int attempts;
    private boolean closed;

    public ChannelClient(
            ClientSettings settings, ClientRuntime runtime, Consumer<ClientEvent> events) {
        this.settings = settings;
        this.runtime = runtime;
        this.events = events;
        this.protocol = new ClientProtocol(settings, random, events);
    }

    /** Begins to connect; returns at once. Call it once. */
    public void start() {
        locked(
                () -> {
                    connect();
                    checks =
                            runtime.timer()
                                    .scheduleWithFixedDelay(
                                            () -> locked(this::check),
                                            CHECK_EVERY_MS,
                                            CHECK_EVERY_MS,
                                            TimeUnit.MILLISECONDS);
                });
    }

    /** Ends the connection; no event follows. */
    @Override
    public void close() {
        locked(this::stop);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        URI address = settings.addresses().get(attempts++ % settings.addresses().size());
        var next = new Link();
        link = next;
        CompletableFuture<WebSocket> handshake =
                runtime.http()
                        .newWebSocketBuilder()
                        .connectTimeout(HANDSHAKE_TIMEOUT)
                        .buildAsync(address, next);
        var _ =
                handshake
                        .orTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((_, error) -> locked(() -> next.opened(error)));
    }

    private void check() {
        Link current = link;
        if (closed || current == null || current.socket == null) {
            return;
        }
        protocol.overdue(nowMs()).ifPresent(why -> current.drop(NO_CLOSE_FRAME, why, true));
        if (link == current) {
            protocol.resubscribe(nowMs(), current);
        }
    }

    private void lost(int code, String reason, boolean reconnect) {
        link = null;
        if (protocol.close()) {
            failures = 0;
        }
        if (!reconnect) {
            stop();
            events.accept(new ClientEvent.Ended(code, reason));
            return;
        }
        long delayMs = settings.backoff().delayMs(failures++, random);
        events.accept(new ClientEvent.Disconnected(code, reason, delayMs));
        var _ =
                runtime.timer()
                        .schedule(() -> locked(this::connect), delayMs, TimeUnit.MILLISECONDS);
    }

    private void stop() {
        closed = true;
        if (checks != null) {
            checks.cancel(false);
        }
        Link current = link;
        link = null;
        if (current != null) {
            current.abandon();
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** One socket. Once it is no longer {@link #link}, whatever it still says is ignored. */
    private final class Link implements WebSocket.Listener, ClientProtocol.Output {
        private final StringBuilder message = new StringBuilder();
        private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
        private @Nullable WebSocket socket;

        @Override
        public void onOpen(WebSocket opened) {
            locked(
                    () -> {
                        if (link != this) {
                            opened.abort();
                            return;
                        }
                        socket = opened;
                        send(protocol.open(nowMs()));
                        opened.request(1);
                    });
        }

        private void opened(@Nullable Throwable error) {
            if (error != null && link == this) {
                lost(NO_CLOSE_FRAME, Unreachable.why(error), true);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean last) {
            locked(() -> received(part, last));
            from.request(1);
            return null;
        }

        private void received(CharSequence part, boolean last) {
            if (link != this) {
                return;
            }
            if (message.length() + part.length() > MAX_MESSAGE_CHARS) {
                drop(TOO_LARGE, "the node sent a message that is too long", false);
                return;
            }
            message.append(part);
            if (last) {
                String frame = message.toString();
                message.setLength(0);
                protocol.receive(frame, nowMs(), this);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            locked(
                    () -> {
                        if (link == this) {
                            lost(code, reason, ClientProtocol.reconnects(code));
                        }
                    });
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            locked(() -> drop(NO_CLOSE_FRAME, Unreachable.why(error), true));
        }

        /** Frames go out one after the other: the JDK's socket refuses a second one at a time. */
        @Override
        public void send(String frame) {
            WebSocket to = socket;
            if (to != null) {
                sent = sent.thenCompose(_ -> to.sendText(frame, true));
                var _ =
                        sent.whenComplete(
                                (_, error) -> {
                                    if (error != null) {
                                        onError(to, error);
                                    }
                                });
            }
        }

        @Override
        public void drop(int code, String reason, boolean reconnect) {
            if (link == this) {
                abandon();
                lost(code, reason, reconnect);
            }
        }

        private void abandon() {
            if (socket != null) {
                socket.abort();
            }
        }
    }
}
