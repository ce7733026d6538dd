package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code hawser cluster status}: the nodes, their state and their load. */
@Command(
        name = "status",
        description = "Shows the nodes of the cluster, their state and their load.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class ClusterStatusCommand extends AnswerCommand {
    @Override
    JsonNode ask(AdminClient client) {
        return client.cluster();
    }

    @Override
    void print(JsonNode cluster, PrintWriter out) {
        JsonNode nodes = cluster.path("nodes");
        out.printf(
                "cluster %s: %d nodes, %d connections, %s%n",
                cluster.path("cluster").asString("?"),
                nodes.size(),
                cluster.path("connections").asLong(0),
                cluster.path("status").asString("?"));
        if (cluster.path("metrics").isObject()) {
            printFigures(cluster.path("metrics"), out);
        }
        if (cluster.path("dependencies").isObject()) {
            out.println("dependencies: " + dependencies(cluster.path("dependencies")));
        }
        printBalance(cluster.path("balance"), out);
        out.println();
        NodeTable.of(nodes).print(out);
    }

    private static void printBalance(JsonNode balance, PrintWriter out) {
        if (!balance.isObject()) {
            return;
        }
        out.println("balancing: " + balance.path("algorithm").asString("?"));
        for (JsonNode move : balance.path("rebalance")) {
            out.printf(
                    "unevenly loaded: move %d connections from %s to %s%n",
                    move.path("connections").asLong(0),
                    move.path("from").asString("?"),
                    move.path("to").asString("?"));
        }
    }

    /** Latencies are those of the last ten seconds, from a node's channel thread to its sockets. */
    private static void printFigures(JsonNode figures, PrintWriter out) {
        JsonNode latency = figures.path("latency");
        out.printf(
                Locale.ROOT,
                "%d of %d nodes healthy, %d of %d connections, %.0f messages/s, errors %.1f%%%n",
                figures.path("healthy_nodes").asInt(0),
                figures.path("nodes").asInt(0),
                figures.path("connections").asLong(0),
                figures.path("max_connections").asLong(0),
                figures.path("messages_per_second").asDouble(0),
                figures.path("error_rate").asDouble(0) * 100);
        if (latency.path("count").asLong(0) > 0) {
            out.printf(
                    Locale.ROOT,
                    "latency average %.2f ms, p50 %.2f ms, p95 %.2f ms, p99 %.2f ms%n",
                    latency.path("average_ms").asDouble(0),
                    latency.path("p50_ms").asDouble(0),
                    latency.path("p95_ms").asDouble(0),
                    latency.path("p99_ms").asDouble(0));
        }
    }

    private static String dependencies(JsonNode dependencies) {
        return dependencies
                .propertyStream()
                .map(entry -> entry.getKey() + " " + state(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String state(JsonNode dependency) {
        return dependency.isObject()
                ? dependency.path("status").asString("?")
                : dependency.asString("?");
    }
}
