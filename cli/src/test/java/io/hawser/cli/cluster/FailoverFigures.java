package io.hawser.cli.cluster;

import io.hawser.cli.cluster.SdkClients.Client;
import io.hawser.cli.cluster.SdkClients.Report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a failure cost, in milliseconds from the signal. Immutable.
 *
 * @param clients all of them
 * @param affected those of the lost node
 * @param disturbed others whose connection ended too
 * @param markedMs all survivors have marked the node offline, by their logs
 * @param offlineMs all survivors say so when they are asked
 * @param routedMs every look-up of an affected user names a live node, from then on
 * @param lastContrary the last answer to a look-up that did not
 * @param subscribed affected clients are subscribed again
 * @param closed the part until the client sees its connection end
 * @param waited the part from there until the SDK tries again
 * @param handshakes the rest: attempts, failed ones included
 * @param retries attempts after the first
 * @param lost publications that a client did not get
 * @param doubled publications that came twice or out of order
 * @param unrecovered how often a client was told that not everything was recovered
 * @param gone clients that are not subscribed again
 * @param slowestPublishMs until its answer
 * @param loopDelayMaxMs how late the event loop of the clients was meanwhile, at most
 * @param loopDelayP99Ms the same, 99 of 100 times
 */
record FailoverFigures(
        int clients,
        int affected,
        int disturbed,
        long markedMs,
        long offlineMs,
        long routedMs,
        String lastContrary,
        Spread subscribed,
        Spread closed,
        Spread waited,
        Spread handshakes,
        int retries,
        long lost,
        long doubled,
        int unrecovered,
        int gone,
        long slowestPublishMs,
        double loopDelayMaxMs,
        double loopDelayP99Ms) {

    private static final int SHOWN_CHARS = 160;

    /** Percentiles, milliseconds. */
    record Spread(long p50, long p99, long max) {
        static Spread of(List<Client> clients, ToLongFunction<Client> figure) {
            long[] sorted = clients.stream().mapToLong(figure).sorted().toArray();
            return new Spread(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
        }

        private static long at(long[] sorted, double share) {
            if (sorted.length == 0) {
                return -1;
            }
            return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
        }

        @Override
        public String toString() {
            return p50 + " / " + p99 + " / " + max;
        }
    }

    /**
     * Made at the end, when nothing more is published.
     *
     * @param victim the node that was lost
     * @param signalMs when, milliseconds of Unix time
     * @param markedMs when all survivors had marked it offline, milliseconds of Unix time
     * @param published the last number of each channel
     */
    static FailoverFigures of(
            String victim,
            long signalMs,
            long markedMs,
            SurvivorWatch watch,
            Report report,
            Map<String, Long> published,
            long slowestPublishMs) {
        List<Client> all = report.clients();
        List<Client> affected =
                all.stream().filter(client -> client.nodeBefore().equals(victim)).toList();
        List<Client> back = affected.stream().filter(FailoverFigures::isBack).toList();
        long others =
                all.stream()
                        .filter(client -> !client.nodeBefore().equals(victim))
                        .filter(client -> !client.closes().isEmpty())
                        .count();
        return new FailoverFigures(
                all.size(),
                affected.size(),
                (int) others,
                since(signalMs, markedMs),
                since(signalMs, watch.offlineSinceMs()),
                since(signalMs, watch.routedSinceMs()),
                watch.lastContrary(),
                Spread.of(back, client -> client.subscribes().getLast() - signalMs),
                Spread.of(back, client -> client.closes().getFirst().at() - signalMs),
                Spread.of(
                        back,
                        client -> client.attempts().getFirst() - client.closes().getFirst().at()),
                Spread.of(
                        back,
                        client -> client.subscribes().getLast() - client.attempts().getFirst()),
                back.stream().mapToInt(client -> client.attempts().size() - 1).sum(),
                all.stream()
                        .mapToLong(
                                client ->
                                        client.lost()
                                                + Math.max(
                                                        0,
                                                        published.getOrDefault(client.channel(), 0L)
                                                                - client.last()))
                        .sum(),
                all.stream().mapToLong(Client::doubled).sum(),
                all.stream().mapToInt(Client::unrecovered).sum(),
                affected.size()
                        - back.size()
                        + (int) all.stream().filter(client -> !client.ended().isEmpty()).count(),
                slowestPublishMs,
                report.loopDelayMaxMs(),
                report.loopDelayP99Ms());
    }

    private static boolean isBack(Client client) {
        return !client.closes().isEmpty()
                && !client.attempts().isEmpty()
                && !client.subscribes().isEmpty();
    }

    /** -1: it does not hold at the end; 0: it held all the time. */
    private static long since(long signalMs, long atMs) {
        return atMs == 0 ? -1 : Math.max(0, atMs - signalMs);
    }

    /** Lines for people. */
    String describe() {
        return String.join(
                System.lineSeparator(),
                Arrays.asList(
                        "  %d of %d clients on it, %d others disturbed"
                                .formatted(affected, clients, disturbed),
                        "  offline at all survivors        %d ms, seen at %d ms"
                                .formatted(markedMs, offlineMs),
                        "  every look-up names a live node %d ms".formatted(routedMs),
                        "    the last that did not: "
                                + lastContrary.substring(
                                        0, Math.min(SHOWN_CHARS, lastContrary.length())),
                        "  subscribed again, p50/p99/max   %s ms".formatted(subscribed),
                        "    until the socket closes       %s".formatted(closed),
                        "    the SDK's wait                %s".formatted(waited),
                        "    handshake, connect, subscribe %s, %d retries"
                                .formatted(handshakes, retries),
                        "  lost %d, doubled %d, not recovered %d, not back %d"
                                .formatted(lost, doubled, unrecovered, gone),
                        String.format(
                                Locale.ROOT,
                                "  slowest publish %d ms; event loop of the clients late by %.0f ms at"
                                        + " most, %.0f ms (p99)",
                                slowestPublishMs,
                                loopDelayMaxMs,
                                loopDelayP99Ms)));
    }
}
