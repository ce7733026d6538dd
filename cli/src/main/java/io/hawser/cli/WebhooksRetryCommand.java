package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code hawser webhooks retry}: sends dead letters once more. */
@Command(
        name = "retry",
        description = "Sends events once more that were given up; they may be given up again.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class WebhooksRetryCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "ID",
            description = "Ids of the events, see 'hawser webhooks dead'.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--all", description = "All that 'hawser webhooks dead' lists.")
    private boolean all;

    @Override
    public Integer call() {
        if (all == !ids.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Give ids, or --all");
        }
        try (AdminClient client = admin.client()) {
            List<String> wanted = all ? dead(client) : ids;
            for (String id : wanted) {
                JsonNode answer = client.retryDeadLetter(id);
                spec.commandLine()
                        .getOut()
                        .printf("%s %s waits again%n", answer.path("event").asString("?"), id);
            }
            return ExitCode.OK;
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }

    private static List<String> dead(AdminClient client) {
        List<String> dead = new ArrayList<>();
        client.deadLetters()
                .path("dead_letters")
                .forEach(letter -> dead.add(letter.path("id").asString("?")));
        return dead.reversed(); // as they came
    }
}
