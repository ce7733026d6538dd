package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.NetworkHost;
import io.hawser.devkit.NetworkLab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One cluster in a network lab, HAProxy before it, a crowd of clients that comes through HAProxy,
 * and a publisher: what faults are tried on. For one thread.
 */
final class FaultStage implements AutoCloseable {
    private static final String CHANNEL = "ticks:ACME";
    private static final int CLIENTS = 80;

    private static final int PER_SECOND = 100;

    private final Path directory;
    private final NetworkLab lab = NetworkLab.open();
    private final List<AutoCloseable> parts = new ArrayList<>(List.of(lab));
    private final HookReceiver alerts;
    private final TestCluster cluster;
    private final TestProxy proxy;
    private final Crowd crowd;
    private final NumberedPublisher publisher;
    private final ClusterSight sight;
    private String unsettled = "";

    private FaultStage(int size, Path directory) throws IOException {
        this.directory = directory;
        try {
            alerts = closing(HookReceiver.start(lab.outside()));
            cluster = closing(TestCluster.start(lab, size, directory, settings()));
            sight = new ClusterSight(cluster);
            proxy = closing(TestProxy.before(cluster.nodes()).start(directory));
            publisher =
                    closing(NumberedPublisher.start(cluster::nodes, List.of(CHANNEL), PER_SECOND));
            var address = List.of(proxy.ws("/connection/websocket"));
            crowd = closing(new Crowd(CLIENTS, CHANNEL, _ -> address));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(TestCluster.SHARP);
        settings.put("client.recovery_max_publications", "5000");
        settings.put("client.ping_interval", "8s");
        settings.put("client.pong_timeout", "7s"); // all clients share one process
        settings.put("demo.page", "true"); // so that clients are told where they are
        settings.put("events.webhook.url", alerts.url());
        settings.put("events.webhook.types", "[alert]");
        settings.put("node.state_dir", directory.resolve("state-%i").toString());
        return Map.copyOf(settings);
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.addFirst(part);
        return part;
    }

    /** Starts one with that many nodes, all well. */
    static FaultStage start(int size, Path directory) throws IOException {
        var stage = new FaultStage(size, directory);
        try {
            stage.trial("none").settle();
            return stage;
        } catch (RuntimeException | AssertionError e) {
            stage.close();
            throw e;
        }
    }

    /**
     * The clock of a fault, which begins now.
     *
     * @throws IllegalStateException if the cluster is not yet well after the one before
     */
    Trial trial(String name) {
        if (!unsettled.isEmpty()) {
            throw new IllegalStateException("not well again after: " + unsettled);
        }
        unsettled = name;
        return new Trial(this, name);
    }

    /** The cluster is well again. */
    void settled() {
        unsettled = "";
    }

    NetworkLab lab() {
        return lab;
    }

    TestCluster cluster() {
        return cluster;
    }

    /** Gets all alerts by webhook. */
    HookReceiver alerts() {
        return alerts;
    }

    TestProxy proxy() {
        return proxy;
    }

    Crowd crowd() {
        return crowd;
    }

    NumberedPublisher publisher() {
        return publisher;
    }

    /** The number of the last message that a node has acknowledged. */
    int lastMessage() {
        return Math.toIntExact(publisher.lastNumbers().getOrDefault(CHANNEL, 0L));
    }

    ClusterSight sight() {
        return sight;
    }

    TestNode node(int number) {
        return cluster.node(number);
    }

    List<TestNode> nodes(int... numbers) {
        return IntStream.of(numbers).mapToObj(cluster::node).toList();
    }

    /**
     * The same, which together have clients to lose. Not each: HAProxy decides.
     *
     * @throws AssertionError if they have none
     */
    List<TestNode> serving(int... numbers) {
        List<TestNode> nodes = nodes(numbers);
        assertThat(nodes).as("have clients").anyMatch(node -> clients(node) > 0);
        return nodes;
    }

    /** Those whose processes run. */
    List<TestNode> running() {
        return cluster.nodes().stream().filter(TestNode::isAlive).toList();
    }

    /** Those that run, without these. */
    List<TestNode> runningBut(List<TestNode> those) {
        return running().stream().filter(node -> !those.contains(node)).toList();
    }

    /** One that is asked how things are. */
    TestNode witness() {
        return running().getFirst();
    }

    /** The oldest member, which acts for all. */
    TestNode oldest() {
        List<TestNode> coordinators = new ArrayList<>();
        await("there is one coordinator")
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            coordinators.clear();
                            running().stream()
                                    .filter(sight::isCoordinator)
                                    .forEach(coordinators::add);
                            return coordinators.size() == 1;
                        });
        return coordinators.getFirst();
    }

    /** Some that are neither the oldest member nor the publisher's, those with most clients. */
    List<TestNode> bystanders(int count) {
        TestNode oldest = oldest();
        return running().stream()
                .filter(node -> node != oldest && node != publisher.node())
                .sorted(Comparator.comparingInt(this::clients).reversed())
                .limit(count)
                .toList();
    }

    /** The one with the most clients, so that a fault of it is felt. */
    TestNode busiest() {
        return running().stream().max(Comparator.comparingInt(this::clients)).orElseThrow();
    }

    private int clients(TestNode node) {
        return crowd.at(node).size();
    }

    /** Starts a node that the cluster has not had yet, and waits until it serves. */
    TestNode join() {
        String name = "n" + (cluster.nodes().size() + 1);
        return cluster.add(lab.add(name), directory, settings()).awaitReady();
    }

    /** Whether HAProxy gives clients to it. */
    boolean proxyReaches(TestNode node) throws IOException, InterruptedException {
        return cluster.get(proxy.http("/health?node=" + node.id()))
                .contains("\"node\":\"" + node.id() + "\"");
    }

    static List<NetworkHost> hosts(List<TestNode> nodes) {
        return nodes.stream().map(TestNode::host).toList();
    }

    /** Loses no packets any more. */
    void heal() {
        lab.heal();
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException("could not close " + part, e);
            }
        }
    }
}
