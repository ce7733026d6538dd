package io.hawser.server.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The agent port, asked as HAProxy asks it, and as nobody should. */
final class AgentPortTest {
    private static final int PATIENCE_MS = 10_000;

    private final Health health =
            new Health("n1", () -> Dependency.OFF, () -> Dependency.OFF, () -> Dependency.OFF);
    private final AtomicInteger score = new AtomicInteger(40);
    private final AtomicBoolean stuck = new AtomicBoolean();
    private final AtomicInteger clients = new AtomicInteger();
    private AgentPort agent = open();

    private AgentPort open() {
        try {
            return AgentPort.open(
                    "127.0.0.1", 0, new AgentAnswer(health, score::get, stuck::get, clients::get));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void serve() {
        health.become(Health.Phase.SERVING);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    private String ask(byte... said) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(said);
            return read(socket);
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), agent.port());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void tellsTheScoreWhileItServesAndNothingElseEver() throws IOException {
        assertThat(ask()).isEqualTo("up 40%\n");
        score.set(0);
        assertThat(ask()).as("active is never below 1").isEqualTo("up 1%\n");
        score.set(250);
        assertThat(ask()).isEqualTo("up 100%\n");
        health.become(Health.Phase.DRAINING);
        assertThat(ask()).isEqualTo("up 0%\n");
        health.become(Health.Phase.SERVING);
        assertThat(ask()).isEqualTo("up 100%\n");
    }

    @Test
    void whoServesNobodyIsDown() throws IOException {
        health.pause();
        assertThat(ask()).as("a pause may pass").isEqualTo("up 0%\n");
        health.fence();
        assertThat(ask()).isEqualTo("down#fenced\n");
        health.unfence();
        assertThat(ask()).isEqualTo("up 40%\n");
        stuck.set(true);
        assertThat(ask()).isEqualTo("down#stuck\n");
    }

    /** HAProxy cuts them when it hears `down`. */
    @Test
    void whoIsFencedMayTellItsClientsFirstButNotForLong() throws IOException {
        clients.set(3);
        health.fence();
        long fenced = System.nanoTime();
        String first = ask();
        if (System.nanoTime() - fenced < 900_000_000L) {
            assertThat(first).isEqualTo("up 0%\n");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> ask().equals("down#fenced\n"));
        assertThat(System.nanoTime() - fenced).isGreaterThan(900_000_000L);
        health.unfence();
        health.fence();
        clients.set(0);
        assertThat(ask()).as("all have gone").isEqualTo("down#fenced\n");
    }

    @Test
    void garbageIsThrownAwayAndAnswered() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[random.nextInt(3_000)];
            random.nextBytes(garbage);
            assertThat(ask(garbage)).as("seed %d", seed).isEqualTo("up 40%\n");
        }
    }

    /** Hundreds who connect and say nothing, or never stop talking. */
    @Test
    void nobodyCanHoldItUp() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                silent.add(connect());
            }
            assertThat(ask()).isEqualTo("up 40%\n");
            assertThat(read(silent.getLast())).isEqualTo("up 40%\n");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aScoreThatFailsHurtsOnlyItsOwnCaller() throws IOException {
        agent.close();
        var failing = new AtomicInteger(1);
        agent =
                AgentPort.open(
                        "127.0.0.1",
                        0,
                        () -> {
                            if (failing.getAndDecrement() > 0) {
                                throw new IllegalStateException("no score");
                            }
                            return "up 7%";
                        });

        assertThat(ask()).isEmpty();
        assertThat(ask()).isEqualTo("up 7%\n");
    }
}
