package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.regex.Pattern;

/** {@code hawser client move}: gives one client to another node. */
@Command(
        name = "move",
        description = {
            "Moves a client to another node.",
            "It belongs there from now on and is told to reconnect; a client that asks /route, or"
                    + " follows it through the proxy, comes back there."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ClientMoveCommand extends AnswerCommand {
    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @Parameters(index = "0", paramLabel = "ID", description = "Client id of the client.")
    private String client = "";

    @Parameters(
            index = "1",
            paramLabel = "NODE",
            converter = NodeIdText.class,
            description = "Id of the node it is to go to.")
    private String node = "";

    @Override
    public Integer call() {
        if (!CLIENT_ID.matcher(client).matches()) {
            throw wrong(
                    "'"
                            + client
                            + "' is no client id; the API method presence names those of a"
                            + " channel");
        }
        return super.call();
    }

    @Override
    JsonNode ask(AdminClient asked) {
        return asked.moveClient(client, node);
    }

    @Override
    void print(JsonNode moved, PrintWriter out) {
        if (moved.path("reconnects").asBoolean(false)) {
            out.printf(
                    "client %s was told to leave %s for %s%n",
                    client, moved.path("from").asString("?"), node);
        } else {
            out.printf("client %s is at %s already%n", client, node);
        }
    }
}
