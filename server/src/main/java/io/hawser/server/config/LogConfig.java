package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

/** The log: one JSON object a line on standard output. Immutable. */
public record LogConfig(
        @Key(doc = "The least important events that are logged.", byDefault = "info") Level level) {

    /** From the most to the least important. */
    public enum Level {
        /** Something is lost or does not work. */
        ERROR,
        /** Something should be looked at. */
        WARN,
        /** What an operator wants to know. */
        INFO,
        /** What a developer wants to know. */
        DEBUG,
        /** Everything. */
        TRACE
    }

    public LogConfig {
        Checks.of(LogConfig.class, level).done();
    }
}
