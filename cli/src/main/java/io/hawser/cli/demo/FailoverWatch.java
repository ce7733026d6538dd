package io.hawser.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells, after a node was lost, when all of its clients are back elsewhere. Thread-safe. */
final class FailoverWatch {
    /** A node that was lost, and what had gone wrong before that. */
    private record Loss(String node, int clients, long startNs, CrowdCounts before) {}

    private final List<Loss> open = new ArrayList<>();

    /** A node is lost at this moment. */
    synchronized void lost(String node, CrowdCounts now, long nowNs) {
        int clients = now.perNode().getOrDefault(node, 0);
        if (clients > 0) {
            open.add(new Loss(node, clients, nowNs, now));
        }
    }

    /** What there is to tell now: a line for each node whose clients are all back. */
    synchronized List<String> news(CrowdCounts now, long nowNs) {
        List<Loss> over = open.stream().filter(loss -> over(loss, now)).toList();
        open.removeAll(over);
        return over.stream().map(loss -> tell(loss, now, nowNs)).toList();
    }

    /** None is left on the node, and as many are connected as before. */
    private static boolean over(Loss loss, CrowdCounts now) {
        return now.perNode().getOrDefault(loss.node(), 0) == 0
                && now.connected() >= loss.before().connected();
    }

    private static String tell(Loss loss, CrowdCounts now, long nowNs) {
        CrowdCounts before = loss.before();
        return String.format(
                Locale.ROOT,
                "all %d clients of %s are back on other nodes after %.1f s: recovered %d, missing %d",
                loss.clients(),
                loss.node(),
                (nowNs - loss.startNs()) / 1e9,
                now.recovered() - before.recovered(),
                now.missing() - before.missing());
    }
}
