package io.hawser.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.status.Status;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** {@code logback.xml} in a context of its own; standard output is caught. */
class LoggingTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void configure() throws Exception {
        URL xml = Objects.requireNonNull(getClass().getResource("/logback.xml"));
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(xml);
        stdout().setOutputStream(new PrintStream(out, true, UTF_8));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void theConfigurationItselfIsSound() {
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .filteredOn(status -> status.getEffectiveLevel() >= Status.WARN)
                .isEmpty();
    }

    @Test
    void aLineIsAJsonObjectWithTheEventsFields() {
        Instant before = Instant.now().minusMillis(1);
        logger("io.hawser.test")
                .atInfo()
                .addKeyValue("port", 8000)
                .addKeyValue("event", "node.ready")
                .log("ready at \"{}\"\nnow", "n1");

        JsonNode line = JSON.readTree(onlyLine());
        assertThat(line.get("message").asString()).isEqualTo("ready at \"n1\"\nnow");
        assertThat(line.get("port").isNumber()).isTrue();
        assertThat(line.get("port").asInt()).isEqualTo(8000);
        assertThat(line.get("event").asString()).isEqualTo("node.ready");
        assertThat(line.get("level").asString()).isEqualTo("INFO");
        assertThat(line.get("logger").asString()).isEqualTo("io.hawser.test");
        assertThat(line.get("thread").asString()).isEqualTo(Thread.currentThread().getName());
        assertThat(line.get("time").asString()).endsWith("Z");
        assertThat(Instant.parse(line.get("time").asString()))
                .isBetween(before, Instant.now().plusMillis(1));
        assertThat(line.propertyNames())
                .containsExactlyInAnyOrder(
                        "time", "message", "logger", "thread", "level", "port", "event");
    }

    @Test
    void anExceptionStaysOnItsLine() {
        RuntimeException cause = new IllegalArgumentException("inner\nline");
        logger("x").error("failed", new IllegalStateException("outer", cause));

        assertThat(JSON.readTree(onlyLine()).get("exception").asString())
                .contains("IllegalStateException: outer", "inner\nline", "LoggingTest");
    }

    @Test
    void librariesAreQuietButTheirWarningsAreLogged() {
        for (String library :
                List.of(
                        "com.hazelcast.x",
                        "io.undertow",
                        "org.xnio.nio",
                        "io.lettuce.core",
                        "com.zaxxer.hikari",
                        "org.flywaydb.core",
                        "io.netty.util",
                        "org.jboss.threads")) {
            logger(library).info("noise");
            logger(library).warn("warning of {}", library);
        }

        assertThat(lines()).hasSize(8).allMatch(line -> line.contains("warning of"));
    }

    @Test
    void theLevelHoldsForOursAndCanOnlyQuietenLibraries() {
        Logging.setLevel(context, Level.DEBUG);
        logger("io.hawser.x").debug("1");
        logger("io.hawser.x").trace("no");
        logger("io.netty.x").info("no");
        Logging.setLevel(context, Level.ERROR);
        logger("io.hawser.x").warn("no");
        logger("io.netty.x").warn("no");
        logger("io.netty.x").error("2");

        assertThat(lines())
                .map(line -> JSON.readTree(line).get("message").asString())
                .containsExactly("1", "2");
    }

    private Logger logger(String name) {
        return context.getLogger(name);
    }

    /** Stops the context, which writes what the queue holds. */
    private List<String> lines() {
        context.getLogger("ROOT").detachAndStopAllAppenders();
        return out.toString(UTF_8).lines().toList();
    }

    private String onlyLine() {
        List<String> lines = lines();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private ConsoleAppender<ILoggingEvent> stdout() {
        if (context.getLogger("ROOT").getAppender("queue") instanceof AsyncAppender queue
                && queue.getAppender("stdout") instanceof ConsoleAppender<ILoggingEvent> stdout) {
            queue.setMaxFlushTime(0); // however long it takes
            assertThat(stdout.getTarget()).isEqualTo("System.out");
            return stdout;
        }
        throw new AssertionError("no queue before standard output");
    }
}
