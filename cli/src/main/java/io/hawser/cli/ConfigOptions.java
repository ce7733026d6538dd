package io.hawser.cli;

import io.hawser.server.config.ConfigException;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a node's configuration comes from. */
final class ConfigOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file; see 'hawser config reference' for what it may hold.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting, such as node.port=8001; wins over the file and over HAWSER_* variables.")
    private List<String> sets = new ArrayList<>();

    HawserConfig load() {
        return load(Optional.ofNullable(file), sets);
    }

    /**
     * Loads and checks.
     *
     * @throws CommandFailure with all problems
     */
    static HawserConfig load(Optional<Path> file, List<String> sets) {
        try {
            return ConfigLoader.load(file, System.getenv(), sets);
        } catch (ConfigException e) {
            int count = e.problems().size();
            throw new CommandFailure(
                    ExitCode.USAGE,
                    (count == 1 ? "1 problem" : count + " problems")
                            + " in the configuration\n"
                            + e.getMessage(),
                    "",
                    e);
        }
    }
}
