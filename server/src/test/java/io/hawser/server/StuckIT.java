package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import io.hawser.devkit.Ports;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A node whose I/O threads are held up by the test: who hears of it, and how often. */
class StuckIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Logger logger = (Logger) LoggerFactory.getLogger(StuckWatch.class);
    private final Lines log = new Lines();
    private final CountDownLatch go = new CountDownLatch(1);

    /** Each line with its keys and values. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs());
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void goOn() {
        go.countDown();
        logger.detachAppender(log);
    }

    @Test
    void anIoThreadThatHangsIsToldOfOnceAndCounted() throws Exception {
        int agent = Ports.free();
        try (var node = new SlowNode("s1", "agent.port=" + agent);
                var client = node.client("a")) {
            await().atMost(LIMIT).until(() -> ask(agent).startsWith("up "));
            ioThreads().forEach(thread -> thread.execute(this::holdUp));
            await().atMost(LIMIT).until(() -> ask(agent).equals("down#stuck\n"));
            await().atMost(LIMIT).until(() -> node.metric("hawser_io_stuck_total") == 1);
            await("once")
                    .during(Duration.ofSeconds(2))
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    node.metric("hawser_io_stuck_total") == 1
                                            && log.lines.size() == 1);
            assertThat(log.lines.element())
                    .startsWith("node.stuck ")
                    .contains("io I/O-", "StuckIT.holdUp", "restart the node");

            go.countDown();
            await().atMost(LIMIT).until(() -> ask(agent).startsWith("up "));
            await().atMost(LIMIT).until(() -> log.lines.size() == 2);
            assertThat(log.lines).last().asString().startsWith("node.stuck.over");
            client.text("{\"id\":9,\"ping\":{}}");
            SlowNode.until(client, "\"id\":9");
        }
    }

    /** Of the public port: XNIO's own, whoever's they are in this process. */
    private static List<XnioIoThread> ioThreads() {
        List<XnioIoThread> threads =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(XnioIoThread.class::isInstance)
                        .map(XnioIoThread.class::cast)
                        .filter(thread -> thread.getName().startsWith("io I/O-"))
                        .toList();
        assertThat(threads).isNotEmpty();
        return threads;
    }

    private void holdUp() {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String ask(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
