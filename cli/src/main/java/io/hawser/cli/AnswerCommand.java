package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/**
 * A command that asks a node's administration one thing and prints the answer, for people or, with
 * {@code --output json}, as it came. For one thread.
 */
abstract class AnswerCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    /**
     * Asks.
     *
     * @throws AdminException if the node did not do what was asked
     */
    abstract JsonNode ask(AdminClient client);

    /** Prints the answer for people. */
    abstract void print(JsonNode answer, PrintWriter out);

    /** What the command ends with after this answer, see {@link ExitCode}. */
    int exitCode(JsonNode answer) {
        return ExitCode.OK;
    }

    @Override
    public Integer call() {
        JsonNode answer = answer();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(answer.toPrettyString());
        } else {
            print(answer, out);
        }
        return exitCode(answer);
    }

    private JsonNode answer() {
        try (AdminClient client = admin.client()) {
            return ask(client);
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }

    /** The failure of a command whose parameters are wrong. */
    final ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    /** A line for each node that the asked one got no answer from, and what that means. */
    static void printMissing(JsonNode answer, String meaning, PrintWriter out) {
        for (JsonNode node : answer.path("nodes_missing")) {
            out.println("no answer from " + node.asString("?") + ", " + meaning);
        }
    }
}
