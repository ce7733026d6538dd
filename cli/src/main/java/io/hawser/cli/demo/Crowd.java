package io.hawser.cli.demo;

import io.hawser.cli.client.Backoff;
import io.hawser.cli.client.ClientRuntime;
import io.hawser.cli.client.ClientSettings;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The simulated clients: each subscribes to all channels, comes back after a loss as the public
 * client libraries do, and checks by offsets that nothing is missing. Thread-safe.
 */
final class Crowd implements AutoCloseable {
    private final ClientRuntime runtime = new ClientRuntime();
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

    void start() {
        members.forEach(Member::start);
    }

    CrowdCounts counts() {
        var tally = new CrowdTally();
        members.forEach(member -> member.addTo(tally));
        return tally.counts();
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        runtime.close();
    }
}
