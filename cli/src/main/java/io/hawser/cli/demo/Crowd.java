package io.hawser.cli.demo;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The simulated clients: each subscribes to all channels, comes back after a loss as the public
 * client libraries do, and checks by offsets that nothing is missing. Thread-safe.
 *
 * <p>They come in groups that grow, each after the one before it is live. All at once would make
 * nodes that have just started stall, on a busy machine for so long that the proxy takes one for
 * hung and closes its connections.
 */
final class Crowd implements AutoCloseable {
    /** Enough that each of three nodes gets one. */
    private static final int FIRST_GROUP = 4;

    private static final int LARGEST_GROUP = 50;

    /** How long the next group waits for the one before it, should that not become live. */
    private static final Duration GROUP_TIME = Duration.ofSeconds(3);

    private final ClientRuntime runtime = new ClientRuntime();
    private final Thread arrival = Thread.ofVirtual().name("crowd-arrival").unstarted(this::arrive);
    private final List<Member> members;

    /**
     * @param addresses where to connect; several if there is no proxy, then each client starts at
     *     another one
     * @param tokens makes a connection token for a user
     */
    Crowd(int size, List<URI> addresses, List<String> channels, UnaryOperator<String> tokens) {
        members =
                IntStream.rangeClosed(1, size)
                        .mapToObj(
                                i ->
                                        new Member(
                                                new ClientSettings(
                                                        startingAt(i, addresses),
                                                        tokens.apply("client-" + i),
                                                        channels,
                                                        Backoff.STANDARD),
                                                runtime))
                        .toList();
    }

    private static List<URI> startingAt(int index, List<URI> addresses) {
        List<URI> rotated = new ArrayList<>(addresses);
        Collections.rotate(rotated, index);
        return rotated;
    }

    int size() {
        return members.size();
    }

    /** Lets them come; returns at once. */
    void start() {
        arrival.start();
    }

    private void arrive() {
        int group = FIRST_GROUP;
        for (int from = 0; from < size() && !arrival.isInterrupted(); ) {
            int to = Math.min(size(), from + group);
            List<Member> next = members.subList(from, to);
            next.forEach(Member::start);
            awaitLive(next);
            from = to;
            group = Math.min(LARGEST_GROUP, group * 2);
        }
    }

    private static void awaitLive(List<Member> group) {
        long deadlineNs = System.nanoTime() + GROUP_TIME.toNanos();
        try {
            for (Member member : group) {
                if (!member.awaitLive(deadlineNs - System.nanoTime())) {
                    return; // the nodes have other troubles, which the status line shows
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    CrowdCounts counts() {
        var tally = new CrowdTally();
        members.forEach(member -> member.addTo(tally));
        return tally.counts();
    }

    @Override
    public void close() {
        arrival.interrupt();
        try {
            arrival.join(GROUP_TIME.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(Member::close);
        runtime.close();
    }
}
