package io.hawser.cli.soak;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One WebSocket of a client: whole text frames in and out. Thread-safe; its events come one at a
 * time, none after {@link #abandon} but those that are under way.
 */
final class SoakSocket implements WebSocket.Listener {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    private static final int NO_CLOSE_FRAME = 1006;

    /** Who hears of it. */
    interface Events {
        void opened(SoakSocket socket);

        void received(SoakSocket socket, String frame);

        /** Once at most in its life, unless it was abandoned. */
        void closed(SoakSocket socket, int code, String reason);
    }

    private final Events events;
    private final StringBuilder message = new StringBuilder();
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
    private @Nullable WebSocket socket;
    private boolean abandoned;

    private SoakSocket(Events events) {
        this.events = events;
    }

    /** Begins to connect, and returns at once. */
    static SoakSocket connect(HttpClient http, URI address, Events events) {
        var socket = new SoakSocket(events);
        var _ =
                http.newWebSocketBuilder()
                        .connectTimeout(HANDSHAKE_TIMEOUT)
                        .buildAsync(address, socket)
                        .orTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (_, error) -> {
                                    if (error != null) {
                                        events.closed(socket, NO_CLOSE_FRAME, error.toString());
                                    }
                                });
        return socket;
    }

    /** Sends one text frame, after those before it. */
    synchronized void send(String frame) {
        WebSocket to = socket;
        if (to == null) {
            return;
        }
        sent = sent.thenCompose(_ -> to.sendText(frame, true));
        var _ =
                sent.whenComplete(
                        (_, error) -> {
                            if (error != null) {
                                events.closed(this, NO_CLOSE_FRAME, error.toString());
                            }
                        });
    }

    /** Closes it without a word, as a client does whose network is gone. */
    synchronized void abandon() {
        abandoned = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        synchronized (this) {
            socket = opened;
            if (abandoned) {
                opened.abort();
                return;
            }
        }
        events.opened(this);
        opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            String frame = message.toString();
            message.setLength(0);
            events.received(this, frame);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        events.closed(this, code, reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        events.closed(this, NO_CLOSE_FRAME, error.toString());
    }
}
