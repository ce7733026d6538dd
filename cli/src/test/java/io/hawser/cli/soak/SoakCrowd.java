package io.hawser.cli.soak;

import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.security.TokenIssuer;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Clients that come, go, and come back with their positions, each time to another node. One in four
 * never goes by itself; three in eight have their channels from the server, by their tokens.
 * Thread-safe.
 */
final class SoakCrowd implements AutoCloseable {
    /** So many missed publications a node has to be able to recover, by its settings. */
    static final long RECOVERABLE = 2_000;

    private static final int CHANNELS_EACH = 4;
    private static final long TICK_MS = 100;
    private static final long CHURN_MS = 100;
    private static final int STAY_TICKS = 80;
    private static final int AWAY_TICKS = 20;

    /** One of so many that come back has forgotten its positions. */
    private static final int FORGETFUL = 10;

    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .executor(callbacks)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("soak-clients").factory());
    private final Findings findings;
    private final List<SoakClient> clients = new ArrayList<>();
    private final List<Member> churned = new ArrayList<>();
    private volatile boolean settled;

    /** A client that comes and goes; on the timer's thread. */
    private static final class Member {
        private final SoakClient client;
        private boolean there = true;
        private int ticksLeft;

        Member(SoakClient client, int ticksLeft) {
            this.client = client;
            this.ticksLeft = ticksLeft;
        }
    }

    /**
     * Starts them.
     *
     * @param addresses where a client finds the nodes
     * @param random for the coming and going; used on another thread from now on
     */
    SoakCrowd(
            int size,
            List<String> channels,
            List<URI> addresses,
            TokenIssuer tokens,
            Random random,
            Findings findings) {
        this.findings = findings;
        for (int i = 0; i < size; i++) {
            SoakClient client = client(i, channels, addresses, tokens);
            clients.add(client);
            if (i % 4 != 0) {
                churned.add(new Member(client, 1 + random.nextInt(STAY_TICKS)));
            }
        }
        clients.forEach(SoakClient::come);
        every(TICK_MS, () -> clients.forEach(SoakClient::tick));
        every(CHURN_MS, () -> churn(random));
    }

    private SoakClient client(
            int number, List<String> channels, List<URI> addresses, TokenIssuer tokens) {
        List<String> own =
                IntStream.range(0, CHANNELS_EACH)
                        .mapToObj(i -> channels.get((number * CHANNELS_EACH + i) % channels.size()))
                        .toList();
        boolean serverSide = number % 4 == 1 || number % 8 == 0;
        var token = tokens.connection("user-" + number, Instant.now());
        if (serverSide) {
            token.channels(own);
        }
        return new SoakClient(
                new SoakClient.Settings(
                        "client " + number,
                        token.sign(),
                        own,
                        serverSide,
                        RECOVERABLE,
                        inTurn(number, addresses)),
                http,
                findings);
    }

    /** Called under the client's lock. */
    private static Supplier<URI> inTurn(int first, List<URI> addresses) {
        int[] next = {first};
        return () -> addresses.get(next[0]++ % addresses.size());
    }

    /** A task that fails would end its repetition in silence. */
    private void every(long periodMs, Runnable task) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> {
                            try {
                                task.run();
                            } catch (RuntimeException e) {
                                findings.violated(
                                        Findings.Violation.REFUSED, "the crowd", e.toString());
                            }
                        },
                        periodMs,
                        periodMs,
                        TimeUnit.MILLISECONDS);
    }

    private void churn(Random random) {
        for (Member member : churned) {
            if (settled) {
                member.client.come();
            } else if (--member.ticksLeft <= 0) {
                turn(member, random);
            }
        }
    }

    private void turn(Member member, Random random) {
        member.there = !member.there;
        if (member.there) {
            findings.count("clients came back");
            if (random.nextInt(FORGETFUL) == 0) {
                member.client.forget();
            }
            member.client.come();
            member.ticksLeft = 1 + random.nextInt(STAY_TICKS);
        } else {
            member.client.go();
            member.ticksLeft = 1 + random.nextInt(AWAY_TICKS);
        }
    }

    boolean areAllLive() {
        return clients.stream().allMatch(SoakClient::isLive);
    }

    /** All come back and stay. */
    void settle() {
        settled = true;
    }

    /** Whether everyone is live at the end of each of its channels. */
    boolean areAllAt(Map<String, StreamPosition> ends) {
        return clients.stream()
                .allMatch(
                        client ->
                                client.channels().stream()
                                        .allMatch(
                                                channel ->
                                                        client.isAt(
                                                                channel,
                                                                ends.getOrDefault(
                                                                        channel,
                                                                        StreamPosition.NONE))));
    }

    /** Holds the logs of all who have this channel against the check. */
    void check(String channel, ChannelCheck check) {
        clients.forEach(client -> client.check(channel, check));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        clients.forEach(SoakClient::go);
        http.shutdownNow();
        callbacks.shutdownNow();
    }
}
