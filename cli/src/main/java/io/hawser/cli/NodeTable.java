package io.hawser.cli;

import tools.jackson.databind.JsonNode;

import java.util.Locale;

/** Nodes as people read them. */
final class NodeTable {
    private NodeTable() {}

    /**
     * @param nodes as the admin API shows them
     */
    static Table of(JsonNode nodes) {
        var table =
                new Table(
                        "NODE",
                        "STATUS",
                        "ADDRESS",
                        "CONNECTIONS",
                        "CPU",
                        "MEMORY",
                        "SCORE",
                        "REGION",
                        "ZONE",
                        "HEARTBEAT");
        long nowMs = System.currentTimeMillis();
        for (JsonNode node : nodes) {
            table.row(
                    node.path("id").asString("?"),
                    status(node),
                    node.path("address").asString("?") + ":" + node.path("port").asInt(0),
                    node.path("connections").asLong(0)
                            + "/"
                            + node.path("max_connections").asLong(0),
                    percent(node.path("cpu")),
                    percent(node.path("memory")),
                    score(node.path("score")),
                    orDash(node.path("region")),
                    orDash(node.path("zone")),
                    age(node.path("last_heartbeat_ms"), nowMs));
        }
        return table;
    }

    /** One that serves all it can is active all the same. */
    private static String status(JsonNode node) {
        String status = node.path("status").asString("?").toLowerCase(Locale.ROOT);
        boolean full = node.path("overloaded").asBoolean(false) && status.equals("active");
        return full ? "overloaded" : status;
    }

    /** A share of 1 as people read it. */
    private static String percent(JsonNode share) {
        return share.isNumber()
                ? String.format(Locale.ROOT, "%.0f%%", share.doubleValue() * 100)
                : "-";
    }

    private static String score(JsonNode score) {
        return score.isNumber() ? String.format(Locale.ROOT, "%.3f", score.doubleValue()) : "-";
    }

    private static String orDash(JsonNode text) {
        String value = text.asString("");
        return value.isEmpty() ? "-" : value;
    }

    /** Clocks of two machines differ, so an age below zero is shown as none. */
    private static String age(JsonNode timeMs, long nowMs) {
        if (!timeMs.isNumber()) {
            return "-";
        }
        double seconds = Math.max(0, nowMs - timeMs.longValue()) / 1000.0;
        return String.format(Locale.ROOT, "%.1f s ago", seconds);
    }
}
