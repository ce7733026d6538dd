package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;

import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A node that starts, serves a client and stops as it should has nothing to warn of. */
class QuietStartIT {
    private static final int LIVES = 3;

    private static final List<String> SETS =
            List.of(
                    "node.id=quiet",
                    "node.host=127.0.0.1",
                    "node.port=0",
                    "admin.port=0",
                    "grid.port=0",
                    "client.insecure=true");

    @Test
    void nothingIsWarnedOf() throws Exception {
        Queue<String> lines = linesOfALife();
        for (int life = 2; life <= LIVES && toldOfTheMachine(lines); life++) {
            lines = linesOfALife();
        }
        assertThat(lines).isEmpty();
    }

    /** Whether the process stood still, which a node has to warn of: it proves nothing then. */
    private static boolean toldOfTheMachine(Queue<String> lines) {
        return lines.stream()
                .anyMatch(line -> line.contains("node.stood_still") || line.contains("node.stuck"));
    }

    private static Queue<String> linesOfALife() throws Exception {
        var log = new LoudLines();
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try (var server = HawserServer.start(ConfigLoader.load(Optional.empty(), Map.of(), SETS));
                var client = new RawWebSocket(server.publicPort(), "/connection/websocket", "")) {
            client.text("{\"id\":1,\"connect\":{}}");
            assertThat(client.read().text()).contains("\"client\"");
        } finally {
            root.detachAppender(log);
        }
        return log.lines;
    }

    /** Warnings and errors of everybody, whoever runs in this JVM. */
    private static final class LoudLines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                lines.add(
                        event.getLoggerName() + ": " + event.getFormattedMessage() + cause(event));
            }
        }

        private static String cause(ILoggingEvent event) {
            IThrowableProxy thrown = event.getThrowableProxy();
            return thrown == null
                    ? ""
                    : System.lineSeparator() + ThrowableProxyUtil.asString(thrown);
        }
    }
}
