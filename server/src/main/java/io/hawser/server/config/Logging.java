package io.hawser.server.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;

import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

import java.util.Locale;

/**
 * The node's log: {@code logback.xml} writes one JSON object a line to standard output. Call {@link
 * #start} before the first library is touched. Thread-safe.
 */
public final class Logging {
    private Logging() {}

    /**
     * Sends what libraries log through other facades (JBoss Logging, Hazelcast's,
     * java.util.logging) the same way, and sets the level.
     *
     * @param config libraries are logged from warn on, or from this level if it is less talkative
     */
    public static void start(LogConfig config) {
        // Both are read once, when the library's first logger is made.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        System.setProperty("hazelcast.logging.type", "slf4j");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        setLevel(context(), Level.toLevel(config.level().name().toLowerCase(Locale.ROOT)));
    }

    /** Writes what still waits, then nothing more. The last thing a node does. */
    public static void stop() {
        context().stop();
    }

    static void setLevel(LoggerContext context, Level level) {
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        context.getLoggerList().stream()
                .filter(logger -> logger != root && logger.getLevel() != null)
                .filter(logger -> level.isGreaterOrEqual(logger.getLevel()))
                .forEach(logger -> logger.setLevel(level));
    }

    private static LoggerContext context() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            return context;
        }
        throw new IllegalStateException("not logging with logback: " + factory);
    }
}
