package io.hawser.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Renders, in one line, how the demo is doing. For one thread. */
final class StatusLine {
    private long lastPublished;
    private long lastReceived;
    private long lastNs = System.nanoTime();

    /** The line for what has happened since the last one. */
    String next(List<DemoNode> nodes, CrowdCounts crowd, int clients, TickerFeed feed) {
        long nowNs = System.nanoTime();
        double seconds = Math.max(1e-3, (nowNs - lastNs) / 1e9);
        double published = (feed.published() - lastPublished) / seconds;
        double received = (crowd.received() - lastReceived) / seconds;
        lastPublished = feed.published();
        lastReceived = crowd.received();
        lastNs = nowNs;
        return String.format(
                Locale.ROOT,
                "%s | %d of %d clients | %.0f ticks/s, %.0f received/s, missing %d%s%s",
                nodes.stream().map(node -> state(node, crowd)).collect(Collectors.joining("  ")),
                crowd.connected(),
                clients,
                published,
                received,
                crowd.missing(),
                oddities(crowd),
                feed.trouble().isEmpty() ? "" : " | feed: " + feed.trouble());
    }

    private static String state(DemoNode node, CrowdCounts crowd) {
        return switch (node.state()) {
            case RUNNING -> node.id() + " " + crowd.perNode().getOrDefault(node.id(), 0);
            case FROZEN -> node.id() + " stopped";
            case DOWN -> node.id() + " down";
        };
    }

    /** What is worth a word only if it happens. */
    private static String oddities(CrowdCounts crowd) {
        return word(crowd.reconnects(), "reconnects")
                + word(crowd.recovered(), "recovered")
                + word(crowd.repeated(), "repeated")
                + word(crowd.lostStreams(), "streams lost")
                + word(crowd.ended(), "clients gave up");
    }

    private static String word(long count, String what) {
        return count == 0 ? "" : ", " + what + " " + count;
    }
}
