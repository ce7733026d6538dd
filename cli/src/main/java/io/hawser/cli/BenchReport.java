package io.hawser.cli;

import io.hawser.cli.bench.BenchKind;
import io.hawser.cli.bench.BenchPlan;
import io.hawser.cli.bench.BenchResult;
import io.hawser.cli.bench.Count;
import io.hawser.cli.bench.Latency;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What came of a bench, for people or for programs. For one thread. */
final class BenchReport {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99);

    private final BenchPlan plan;
    private final BenchResult result;
    private final double seconds;

    BenchReport(BenchPlan plan, BenchResult result) {
        this.plan = plan;
        this.result = result;
        seconds = plan.durationMs() / 1e3;
    }

    void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(json().toPrettyString());
        } else {
            table(out);
        }
        out.flush();
    }

    private boolean connectOnly() {
        return plan.kind() == BenchKind.CONNECT;
    }

    private boolean publishes() {
        return plan.publishers() > 0;
    }

    private boolean subscribes() {
        return plan.connections() > 0;
    }

    private double rate(Count what) {
        return result.get(what) / seconds;
    }

    private double handshakesPerSecond() {
        return perSecond(result.get(Count.HANDSHAKES), result.handshakeSeconds());
    }

    private double readyPerSecond() {
        return perSecond(result.get(Count.READY), result.readySeconds());
    }

    private static double perSecond(long count, double inSeconds) {
        return inSeconds > 0 ? count / inSeconds : 0;
    }

    // For programs

    private ObjectNode json() {
        ObjectNode node = JSON.createObjectNode();
        node.put("bench", plan.kind().toString());
        settings(node.putObject("settings"));
        node.put("ok", result.isFlawless());
        ObjectNode counts = node.putObject("counts");
        for (Count what : Count.values()) {
            counts.put(what.toString(), result.get(what));
        }
        rates(node.putObject("per_second"));
        latency(node.putObject("handshake_us"), result.handshake());
        latency(node.putObject("ready_us"), result.ready());
        if (publishes()) {
            latency(node.putObject("reply_us"), result.reply());
        }
        if (subscribes() && !connectOnly()) {
            latency(node.putObject("delivery_us"), result.delivery());
        }
        ObjectNode failures = node.putObject("failures");
        result.failures().forEach(failures::put);
        return node;
    }

    private void settings(ObjectNode node) {
        var urls = node.putArray("urls");
        plan.urls().forEach(url -> urls.add(url.toString()));
        var publishUrls = node.putArray("publish_urls");
        plan.publishUrls().forEach(url -> publishUrls.add(url.toString()));
        node.put("protocol", plan.protocol().toString());
        node.put("connections", plan.connections()).put("channels", plan.channels());
        node.put("publishers", plan.publishers()).put("size", plan.size());
        node.put("rate", plan.rate() == 0 ? "max" : Double.toString(plan.rate()));
        node.put("window", plan.window());
        node.put("warmup_ms", plan.warmupMs()).put("duration_ms", plan.durationMs());
        node.put("processes", plan.processes()).put("threads", plan.threads());
    }

    private void rates(ObjectNode node) {
        node.put("handshakes", handshakesPerSecond()).put("ready", readyPerSecond());
        if (publishes()) {
            node.put("published", rate(Count.PUBLISHED_IN_WINDOW));
            node.put("replies", rate(Count.REPLIED_IN_WINDOW));
        }
        if (subscribes() && !connectOnly()) {
            node.put("deliveries", rate(Count.DELIVERED_IN_WINDOW));
            node.put("delivered_bytes", rate(Count.BYTES_IN_WINDOW));
        }
    }

    private static void latency(ObjectNode node, Latency latency) {
        node.put("count", latency.count()).put("mean", latency.meanUs());
        PERCENTILES.forEach(p -> node.put(name(p), latency.percentileUs(p)));
        node.put("max", latency.maxUs());
    }

    private static String name(double percentile) {
        return "p" + (percentile % 1 == 0 ? Long.toString((long) percentile) : "" + percentile);
    }

    // For people

    private void table(PrintWriter out) {
        counts().print(out);
        out.println();
        latencies().print(out);
        if (!result.failures().isEmpty()) {
            out.println();
            var failures = new Table("FAILED BECAUSE", "TIMES");
            result.failures().forEach((why, count) -> failures.row(why, number(count)));
            failures.print(out);
            advice(out);
        }
    }

    private Table counts() {
        var table = new Table("WHAT", "FIGURE");
        table.row("connections ready", ratio(Count.READY, Count.ASKED));
        table.row("handshakes a second", number(handshakesPerSecond()));
        table.row("ready a second", number(readyPerSecond()));
        table.row("connections failed", number(result.get(Count.FAILED)));
        if (!connectOnly()) {
            table.row("connections lost", number(result.get(Count.CONNECTIONS_LOST)));
        }
        if (publishes()) {
            publishRows(table);
        }
        if (subscribes() && !connectOnly()) {
            deliveryRows(table);
        }
        return table;
    }

    private void publishRows(Table table) {
        table.row("published", number(result.get(Count.PUBLISHED)));
        table.row("publishes a second", number(rate(Count.PUBLISHED_IN_WINDOW)));
        table.row("replies a second", number(rate(Count.REPLIED_IN_WINDOW)));
        table.row("refused", number(result.get(Count.REFUSED)));
        table.row("due and not sent", number(result.get(Count.UNSENT)));
        table.row("never answered", number(result.get(Count.UNANSWERED)));
    }

    private void deliveryRows(Table table) {
        if (publishes()) {
            table.row("delivered", ratio(Count.DELIVERED, Count.EXPECTED));
        } else {
            table.row("delivered", number(result.get(Count.DELIVERED)));
            table.row("without a marker", number(result.get(Count.UNMARKED)));
        }
        table.row("deliveries a second", number(rate(Count.DELIVERED_IN_WINDOW)));
        table.row("MB a second", number(rate(Count.BYTES_IN_WINDOW) / 1e6));
        table.row("lost", number(result.get(Count.LOST)));
        table.row("duplicates", number(result.get(Count.DUPLICATES)));
        table.row("out of order", number(result.get(Count.DISORDERED)));
        table.row("of another channel", number(result.get(Count.MISROUTED)));
        table.row("of another run", number(result.get(Count.FOREIGN)));
    }

    private String ratio(Count part, Count whole) {
        return number(result.get(part)) + " of " + number(result.get(whole));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    private Table latencies() {
        var table = new Table("MS", "p50", "p90", "p99", "p99.9", "p99.99", "MAX");
        latency(table, "handshake", result.handshake());
        latency(table, "ready", result.ready());
        if (publishes()) {
            latency(table, "reply", result.reply());
        }
        if (subscribes() && !connectOnly()) {
            latency(table, "delivery", result.delivery());
        }
        return table;
    }

    private static void latency(Table table, String name, Latency latency) {
        String[] cells = new String[PERCENTILES.size() + 2];
        cells[0] = name;
        for (int i = 0; i < PERCENTILES.size(); i++) {
            cells[i + 1] = ms(latency.percentileUs(PERCENTILES.get(i)));
        }
        cells[cells.length - 1] = ms(latency.maxUs());
        table.row(cells);
    }

    private static String ms(double us) {
        return String.format(Locale.ROOT, "%.2f", us / 1e3);
    }

    private void advice(PrintWriter out) {
        for (String reason : result.failures().keySet()) {
            String advice = BenchAdvice.on(reason);
            if (!advice.isEmpty()) {
                out.println(reason + ": " + advice);
            }
        }
    }
}
