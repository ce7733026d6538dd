package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code hawser cluster rebalance}: levels the nodes' connections. */
@Command(
        name = "rebalance",
        description = {
            "Shows how many connections would have to move from which node to which.",
            "With --apply exactly so many are told to reconnect; those who come back stay."
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ClusterRebalanceCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long LOOK_MS = 200;
    private static final Duration LONGEST = Duration.ofHours(1);

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Option(names = "--apply", description = "Do it, and wait until it is done.")
    private boolean apply;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateOption.class,
            description = "Connections told a second, each node. Else the node's drain.rate.")
    private @Nullable Integer rate;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = BenchTime.class,
            defaultValue = "5s",
            description = "How long to watch afterwards who comes back. Default: 5s.")
    private Duration settle = Duration.ZERO;

    @Override
    public Integer call() throws InterruptedException {
        try (AdminClient client = admin.client()) {
            JsonNode plan = client.rebalance(body());
            ObjectNode told = JSON.createObjectNode().put("applied", apply);
            told.set("moves", plan.path("moves"));
            ArrayNode nodes = told.putArray("nodes");
            print(plan);
            if (apply) {
                follow(client, plan, nodes);
            }
            if (output.json()) {
                out().println(told.toPrettyString());
            }
            return exitCode(plan);
        } catch (AdminException e) {
            throw AdminOptions.failure(e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private String body() {
        ObjectNode body = JSON.createObjectNode().put("apply", apply);
        if (rate != null) {
            body.put("rate", rate);
        }
        return body.toString();
    }

    private void print(JsonNode plan) {
        if (output.json()) {
            return;
        }
        if (plan.path("moves").isEmpty()) {
            out().println("the nodes are level: nothing to move");
        }
        for (JsonNode move : plan.path("moves")) {
            String refused = move.path("refused").asString("");
            out().printf(
                            "%s -> %s: %d connections%s%n",
                            move.path("from").asString("?"),
                            move.path("to").asString("?"),
                            move.path("connections").asInt(0),
                            refused.isEmpty() ? "" : "; refused: " + refused);
        }
    }

    private void follow(AdminClient client, JsonNode plan, ArrayNode told)
            throws InterruptedException {
        Set<String> moving = new TreeSet<>();
        for (JsonNode move : plan.path("moves")) {
            if (move.path("refused").asString("").isEmpty()) {
                moving.add(move.path("from").asString("?"));
            }
        }
        if (moving.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        for (String node : moving) {
            while (moved(client, node).path("running").asBoolean(false)
                    && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        }
        TimeUnit.MILLISECONDS.sleep(settle.toMillis());
        for (String node : moving) {
            report(node, moved(client, node), told);
        }
    }

    private static JsonNode moved(AdminClient client, String node) {
        return client.drained(node).path("rebalance");
    }

    private void report(String node, JsonNode moved, ArrayNode told) {
        told.add(((ObjectNode) moved.deepCopy()).put("node", node));
        if (!output.json()) {
            out().printf(
                            "%s: %d of %d told to reconnect, %d of them came back and stay%n",
                            node,
                            moved.path("moved").asInt(0),
                            moved.path("wanted").asInt(0),
                            moved.path("returned").asInt(0));
        }
    }

    private static int exitCode(JsonNode plan) {
        int refused = 0;
        for (JsonNode move : plan.path("moves")) {
            refused += move.path("refused").asString("").isEmpty() ? 0 : 1;
        }
        if (refused == 0) {
            return ExitCode.OK;
        }
        return refused == plan.path("moves").size() ? ExitCode.FAILED : ExitCode.PARTLY;
    }
}
