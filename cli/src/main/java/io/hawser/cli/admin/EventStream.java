package io.hawser.cli.admin;

import io.hawser.cli.admin.AdminException.Kind;
import io.hawser.cli.client.Unreachable;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Reads a node's stream of events (Server-Sent Events) while the connection lasts. The node says
 * something every ten seconds; a silence of thirty ends the stream. For one reading thread; {@link
 * #close} from any.
 */
public final class EventStream implements AutoCloseable {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_MS = 1_000;

    private final URI base;
    private final InputStream body;
    private final BufferedReader lines;
    private final Thread watch;
    private volatile long heardNanos = System.nanoTime();

    /**
     * One message.
     *
     * @param id empty if it has none
     * @param type what it is
     * @param data JSON
     */
    public record Message(String id, String type, String data) {}

    EventStream(URI base, InputStream body) {
        this.base = base;
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        this.watch = Thread.ofVirtual().name("event-stream-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (System.nanoTime() - heardNanos < SILENCE_NANOS) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
            body.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (IOException e) {
            heardNanos = System.nanoTime() - SILENCE_NANOS; // it is broken, which the reader sees
        }
    }

    /**
     * Waits for the next message.
     *
     * @return null if the stream was ended, by the node or by {@link #close}
     * @throws AdminException if the connection broke
     */
    public @Nullable Message next() {
        String id = "";
        String type = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heardNanos = System.nanoTime();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Message(id, type, line.substring(6));
                }
            }
            return null;
        } catch (IOException e) {
            throw new AdminException(
                    Kind.NOT_REACHABLE, "lost " + base + ": " + Unreachable.why(e), e);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        try {
            body.close();
        } catch (IOException e) {
            heardNanos = System.nanoTime() - SILENCE_NANOS; // it is gone already
        }
    }
}
