package io.hawser.cli.cluster;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the nodes of a cluster see each other, as their administration tells it. Thread-safe. */
final class ClusterSight {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> GONE = List.of("offline", "left");

    private final TestCluster cluster;

    ClusterSight(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** A node as another one sees it. */
    record Seen(String status, long incarnation) {
        boolean isGone() {
            return GONE.contains(status);
        }
    }

    /** All nodes by their ids; none if the one that is asked does not answer. */
    Map<String, Seen> nodes(TestNode asked) {
        Map<String, Seen> nodes = new TreeMap<>();
        for (JsonNode node : JSON.readTree(cluster.admin(asked, "/admin/v1/nodes")).path("nodes")) {
            nodes.put(
                    node.path("id").asString(""),
                    new Seen(node.path("status").asString(""), node.path("incarnation").asLong()));
        }
        return nodes;
    }

    /** The same without those that are gone. */
    Map<String, Seen> present(TestNode asked) {
        Map<String, Seen> nodes = nodes(asked);
        nodes.values().removeIf(Seen::isGone);
        return nodes;
    }

    /** Whether it answers, and serves nobody through that one any more. */
    boolean hasGivenUp(TestNode asked, TestNode lost) {
        Map<String, Seen> nodes = nodes(asked);
        Seen seen = nodes.get(lost.id());
        return !nodes.isEmpty() && (seen == null || seen.isGone());
    }

    /** Whether it is the oldest member, and acts for all. */
    boolean isCoordinator(TestNode asked) {
        String answer = cluster.admin(asked, "/admin/v1/scaling");
        return JSON.readTree(answer).path("coordinator").asBoolean(false);
    }

    /** What its {@code /health} says; empty if it does not answer. */
    String health(TestNode node) {
        try {
            String health = cluster.get(node.http("/health"), TestCluster.IMPATIENT);
            return JSON.readTree(health).path("status").asString("");
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The id of the node that a user belongs to; empty if to none. */
    String home(TestNode asked, String user) {
        String answer = cluster.admin(asked, "/admin/v1/affinity/" + user);
        return JSON.readTree(answer).path("node").asString("");
    }
}
