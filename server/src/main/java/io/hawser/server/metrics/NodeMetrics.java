package io.hawser.server.metrics;

import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Broker;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.server.health.Health;
import io.hawser.server.http.Json;
import io.hawser.server.protocol.Request;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.Sessions;
import io.hawser.server.storage.SessionRecorder;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * This node's figures, read when Prometheus asks for them. Labels never name a user, a client or a
 * channel: there are too many of them. What each figure means is in {@code docs/metrics.md}.
 * Thread-safe.
 */
public final class NodeMetrics extends Collector {
    private final Sources sources;

    public NodeMetrics(Sources sources) {
        this.sources = sources;
    }

    /**
     * Where the figures come from.
     *
     * @param nodes the nodes that are known; must not block
     */
    public record Sources(
            Health health,
            SessionCounters counters,
            Shedding shedding,
            Sessions sessions,
            Hub hub,
            Lanes lanes,
            Broker broker,
            SessionRecorder recorder,
            Supplier<? extends Collection<NodeInfo>> nodes) {}

    @Override
    public List<MetricFamilySamples> collect() {
        var families = new ArrayList<MetricFamilySamples>();
        clients(families);
        overload(families);
        traffic(families);
        dependencies(families);
        families.add(nodesByStatus());
        return families;
    }

    private void clients(List<MetricFamilySamples> families) {
        families.add(
                gauge(
                        "hawser_connections",
                        "Open client connections, authenticated or not.",
                        sources.counters.connections.sum()));
        families.add(
                gauge(
                        "hawser_sessions",
                        "Authenticated client connections.",
                        sources.sessions.count()));
        families.add(
                gauge(
                        "hawser_users",
                        "Different users connected, anonymous ones not counted.",
                        sources.sessions.users()));
        families.add(
                gauge(
                        "hawser_subscriptions",
                        "Subscriptions of all client connections.",
                        sources.counters.subscriptions.sum()));
        families.add(
                gauge(
                        "hawser_channels",
                        "Channels with a subscriber on this node.",
                        sources.hub.channelCount()));
    }

    private void overload(List<MetricFamilySamples> families) {
        families.add(
                gauge(
                        "hawser_overloaded",
                        "1 while the node is full, or was a moment ago.",
                        sources.shedding.isOn() ? 1 : 0));
        families.add(
                counter(
                        "hawser_connections_refused",
                        "Connections answered with 503 because the node was full.",
                        sources.counters.refused));
        var shed =
                new CounterMetricFamily(
                        "hawser_low_priority_shed",
                        "Of low priority, refused or dropped while the node was overloaded.",
                        List.of("what"));
        shed.addMetric(List.of("publish"), (double) sources.shedding.publishes.sum());
        shed.addMetric(List.of("delivery"), (double) sources.shedding.deliveries.sum());
        families.add(shed);
    }

    private void traffic(List<MetricFamilySamples> families) {
        SessionCounters counters = sources.counters;
        families.add(
                byLabel(
                        "hawser_client_commands",
                        "Commands received from clients.",
                        "method",
                        counters.commands,
                        NodeMetrics::method));
        families.add(
                byLabel(
                        "hawser_client_errors",
                        "Commands answered with an error.",
                        "code",
                        counters.errors,
                        String::valueOf));
        families.add(
                byLabel(
                        "hawser_client_disconnects",
                        "Connections closed, by disconnect code.",
                        "code",
                        counters.disconnects,
                        String::valueOf));
        families.add(
                byLabel(
                        "hawser_client_unsubscribes",
                        "Subscriptions ended by the server, by unsubscribe code.",
                        "code",
                        counters.unsubscribes,
                        String::valueOf));
        families.add(
                counter(
                        "hawser_messages_sent",
                        "Messages written to clients: replies, pushes, pings, deliveries.",
                        counters.sent));
        families.add(
                counter(
                        "hawser_publications",
                        "Publications accepted from this node's clients and server API.",
                        counters.published));
        families.add(
                counter(
                        "hawser_deliveries",
                        "Publications times their subscribers on this node.",
                        counters.delivered));
        families.add(
                gauge(
                        "hawser_slow_consumers",
                        "Connections for which something waits because they do not read it.",
                        counters.slow.sum()));
        families.add(
                counter(
                        "hawser_publications_dropped",
                        "Publications dropped for slow clients, where their namespace allows it.",
                        counters.dropped));
        families.add(
                counter(
                        "hawser_presence_events_lost",
                        "Joins and leaves that could not be sent to other nodes.",
                        counters.presenceLost));
        families.add(
                counter(
                        "hawser_io_stuck",
                        "Times that an I/O thread did not go on for five seconds.",
                        counters.stuck));
        families.add(
                gauge(
                        "hawser_channel_tasks_waiting",
                        "Tasks that wait for a channel thread.",
                        sources.lanes.waiting()));
    }

    private void dependencies(List<MetricFamilySamples> families) {
        Broker broker = sources.broker;
        families.add(
                gauge(
                        "hawser_broker_up",
                        "1 if the broker's store can be reached.",
                        broker.health() == Broker.State.UP ? 1 : 0));
        families.add(
                gauge(
                        "hawser_broker_latency_seconds",
                        "Round trip of the last probe of the broker's store.",
                        broker.latencyMs() / 1000));
        families.add(
                counter(
                        "hawser_broker_overrun",
                        "Publications from the store that this node had no room for.",
                        broker.overrun()));
        families.add(healthStatus());
        SessionRecorder recorder = sources.recorder;
        families.add(
                counter(
                        "hawser_session_records_written",
                        "Session records that reached the database.",
                        recorder.written()));
        families.add(
                counter(
                        "hawser_session_records_dropped",
                        "Session records given up because the database was away or slow.",
                        recorder.dropped()));
        families.add(
                gauge(
                        "hawser_session_records_waiting",
                        "Session records that wait to be written.",
                        recorder.queued()));
    }

    private MetricFamilySamples healthStatus() {
        var family =
                new GaugeMetricFamily(
                        "hawser_health_status",
                        "1 for the status that /health tells.",
                        List.of("status"));
        Health.Status now = sources.health.status();
        for (Health.Status status : Health.Status.values()) {
            family.addMetric(List.of(Json.lowerCase(status)), status == now ? 1 : 0);
        }
        return family;
    }

    private MetricFamilySamples nodesByStatus() {
        var family =
                new GaugeMetricFamily(
                        "hawser_nodes", "Nodes that this node knows.", List.of("status"));
        Collection<NodeInfo> nodes = sources.nodes.get();
        for (NodeStatus status : NodeStatus.values()) {
            family.addMetric(
                    List.of(Json.lowerCase(status)),
                    (double) nodes.stream().filter(node -> node.status() == status).count());
        }
        return family;
    }

    private static <K> MetricFamilySamples byLabel(
            String name,
            String help,
            String label,
            Map<K, LongAdder> counts,
            Function<K, String> value) {
        var sorted = new TreeMap<String, Long>();
        counts.forEach((key, count) -> sorted.merge(value.apply(key), count.sum(), Long::sum));
        var family = new CounterMetricFamily(name, help, List.of(label));
        sorted.forEach((text, count) -> family.addMetric(List.of(text), (double) count));
        return family;
    }

    /** {@code SubRefreshRequest} is {@code sub_refresh}. */
    private static String method(Class<? extends Request> request) {
        return request.getSimpleName()
                .replaceFirst("Request$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    private static MetricFamilySamples counter(String name, String help, LongAdder count) {
        return counter(name, help, count.sum());
    }

    private static MetricFamilySamples counter(String name, String help, long value) {
        return new CounterMetricFamily(name, help, (double) value);
    }

    private static MetricFamilySamples gauge(String name, String help, long value) {
        return gauge(name, help, (double) value);
    }

    private static MetricFamilySamples gauge(String name, String help, double value) {
        return new GaugeMetricFamily(name, help, value);
    }
}
