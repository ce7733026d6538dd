package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.FaultyCluster.Fault;
import io.hawser.cli.cluster.SdkClients.Client;
import io.hawser.cli.cluster.SdkClients.Delays;
import io.hawser.cli.cluster.SdkClients.Report;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One failure under clients of the public JavaScript SDK, which are there through HAProxy and get
 * publications all the time: what it costs them.
 *
 * @param count clients, of whom each node serves about a third
 * @param processes of Node.js that they share
 * @param channels a client has one of them
 * @param perSecond publications, over all channels
 */
record SdkFailover(int count, int processes, int channels, int perSecond, Delays delays) {
    /** For the victim: the one with the most clients. */
    static final int BUSIEST = 0;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Asking the clients takes their time; what they went through they note themselves. */
    private static final Duration POLL = Duration.ofMillis(500);

    /** Users who are looked up, each at both survivors. */
    private static final int LOOKED_UP = 2;

    /** So long before the failure and after the last client is back, all must be well. */
    private static final int STEADY_SECONDS = 2;

    /**
     * Strikes a node of a whole cluster; to heal it is the caller's.
     *
     * @param victim counted from 1, or {@link #BUSIEST}
     */
    FailoverFigures measure(FaultyCluster cluster, Fault fault, int victim, Path directory)
            throws IOException {
        cluster.awaitWhole();
        String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);
        List<String> names =
                IntStream.range(0, channels).mapToObj(i -> "ticks:" + run + "-" + i).toList();
        try (var clients =
                SdkClients.start(
                        count,
                        processes,
                        cluster.proxy().ws("/connection/websocket"),
                        delays,
                        names,
                        directory)) {
            await("all subscribed")
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(clients::areAllSubscribed);
            int struck = victim == BUSIEST ? busiest(clients, cluster.nodes()) : victim;
            return struck(cluster, fault, struck, clients, names);
        }
    }

    private static int busiest(SdkClients clients, TestCluster cluster) {
        Map<String, Integer> counts = clients.perNode();
        return IntStream.rangeClosed(1, cluster.nodes().size())
                .boxed()
                .max(Comparator.comparing(n -> counts.getOrDefault(cluster.node(n).id(), 0)))
                .orElseThrow();
    }

    private FailoverFigures struck(
            FaultyCluster cluster,
            Fault fault,
            int victim,
            SdkClients clients,
            List<String> names) {
        TestNode lost = cluster.nodes().node(victim);
        List<TestNode> survivors = cluster.survivors(victim);
        try (var publisher = NumberedPublisher.start(() -> survivors, names, perSecond)) {
            clients.mark();
            List<String> users = usersOn(lost, clients.report());
            try (var watch = SurvivorWatch.start(lost, survivors, users)) {
                awaitSteady(clients, publisher);
                clients.mark();
                long signalMs = cluster.strike(fault, victim);
                await("given up").atMost(LIMIT).until(() -> watch.offlineSinceMs() > 0);
                await("routed")
                        .atMost(LIMIT)
                        .untilAsserted(
                                () ->
                                        assertThat(watch.routedSinceMs())
                                                .as(watch.lastContrary())
                                                .isPositive());
                await("back").atMost(LIMIT).pollInterval(POLL).until(() -> areBack(clients, lost));
                awaitSteady(clients, publisher);
                publisher.stop();
                Map<String, Long> published = publisher.lastNumbers();
                await("complete").atMost(LIMIT).until(() -> clients.haveAll(published));
                Report report = clients.report();
                return FailoverFigures.of(
                        lost.id(),
                        signalMs,
                        markedMs(lost, survivors),
                        watch,
                        report,
                        published,
                        publisher.slowestMs());
            }
        }
    }

    /** When the last of the survivors wrote that it has given the node up. */
    private static long markedMs(TestNode lost, List<TestNode> survivors) {
        return survivors.stream()
                .map(node -> node.lines("node.evicted", "\"node\":\"" + lost.id() + "\"").getLast())
                .mapToLong(line -> timeOf(line).toEpochMilli())
                .max()
                .orElseThrow();
    }

    private static Instant timeOf(String line) {
        return Instant.parse(JSON.readTree(line).path("time").asString(""));
    }

    private static boolean areBack(SdkClients clients, TestNode lost) {
        return clients.areAllSubscribed() && !clients.perNode().containsKey(lost.id());
    }

    /** All get what is published from now on, for a while. */
    private void awaitSteady(SdkClients clients, NumberedPublisher publisher) {
        long more = (long) STEADY_SECONDS * perSecond / channels;
        Map<String, Long> until = publisher.lastNumbers();
        until.replaceAll((_, number) -> number + more);
        await("all get what is published")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> clients.haveAll(until));
    }

    private static List<String> usersOn(TestNode node, Report report) {
        return report.clients().stream()
                .filter(client -> client.nodeBefore().equals(node.id()))
                .map(Client::user)
                .limit(LOOKED_UP)
                .toList();
    }
}
