package io.hawser.cli;

import io.hawser.server.config.ConfigReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code hawser config}: about configuration files. */
@Command(
        name = "config",
        description = "Checks a node's configuration, prints the reference.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Which command? There are: check, reference");
    }

    @Command(
            name = "check",
            description = {
                "Checks a configuration file and lists all its problems.",
                "HAWSER_* variables count too, as they would for 'hawser server'."
            },
            mixinStandardHelpOptions = true,
            versionProvider = VersionProvider.class)
    int check(@Parameters(paramLabel = "FILE", description = "YAML file.") Path file) {
        ConfigOptions.load(Optional.of(file), List.of());
        spec.commandLine().getOut().println(file + ": no problems");
        return ExitCode.OK;
    }

    @Command(
            name = "reference",
            description = "Prints every key with its default, as a commented YAML file.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionProvider.class)
    int reference() {
        spec.commandLine().getOut().print(ConfigReference.render());
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
