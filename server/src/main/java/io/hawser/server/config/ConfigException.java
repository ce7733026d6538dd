package io.hawser.server.config;

import io.hawser.server.binding.Problem;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown if a configuration cannot be used; its message lists every problem, one a line. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, in the order of the sources; at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
