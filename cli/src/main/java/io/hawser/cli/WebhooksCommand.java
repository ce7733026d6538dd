package io.hawser.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hawser webhooks}: about events that the webhook did not take. */
@Command(
        name = "webhooks",
        description = "Shows events that the webhook did not take, and sends them once more.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {WebhooksDeadCommand.class, WebhooksRetryCommand.class})
final class WebhooksCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? There are: dead, retry");
    }
}
