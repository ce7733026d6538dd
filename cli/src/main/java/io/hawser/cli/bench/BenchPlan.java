package io.hawser.cli.bench;

import java.net.URI;
import java.util.List;

/**
 * What a run does; the same for all its processes. Immutable, thread-safe.
 *
 * @param urls WebSocket addresses; connection i goes to the i-th, round robin
 * @param publishUrls the same for connections that publish
 * @param token connection token of all clients; empty for none
 * @param secret signs a token for each client; empty for none
 * @param user what the clients' users begin with
 * @param connections subscribers
 * @param channels subscriber i joins channel i mod channels
 * @param channel name of the channel; with several, each has its number behind
 * @param rate publishes a second of all publishers together; 0 for as fast as the window allows
 * @param window publishes outstanding for each publisher at most, if the rate is 0
 * @param size bytes of a payload, {@link Payload#MIN_SIZE} at least
 * @param warmupMs not counted in rates and latencies
 * @param drainMs ends the wait for deliveries once none has come for so long
 * @param connectRate connections begun a second, of this process; 0 for no limit
 * @param inFlight connections of this process that are begun and not ready yet, at most
 * @param timeoutMs for a connection to become ready
 * @param threads that receive, for each process
 * @param run tells this run's messages from those of others
 */
public record BenchPlan(
        BenchKind kind,
        List<URI> urls,
        List<URI> publishUrls,
        WireProtocol protocol,
        String token,
        String secret,
        String user,
        int connections,
        int channels,
        String channel,
        int publishers,
        double rate,
        int window,
        int size,
        long warmupMs,
        long durationMs,
        long drainMs,
        double connectRate,
        int inFlight,
        long timeoutMs,
        int threads,
        int processes,
        int run) {

    /** As many as there are in a marker. */
    public static final int MAX_PUBLISHERS = 1 << 16;

    /** Of these the bench keeps counts in memory that processes share. */
    public static final int MAX_CHANNELS = 100_000;

    public BenchPlan {
        urls = List.copyOf(urls);
        publishUrls = List.copyOf(publishUrls);
        if (urls.isEmpty()
                || publishUrls.isEmpty()
                || threads < 1
                || processes < 1
                || channels < 1) {
            throw new IllegalArgumentException("not a plan: an address, a thread, a channel");
        }
        if (channels > MAX_CHANNELS || publishers > MAX_PUBLISHERS) {
            throw new IllegalArgumentException("too many channels or publishers");
        }
    }

    /** Pairs of a channel and a publisher that are used; each has its own sequence. */
    int flows() {
        return Math.max(channels, publishers);
    }

    int publisherOf(int flow) {
        return flow % Math.max(1, publishers);
    }

    int channelOf(int flow) {
        return flow % channels;
    }

    /** The flow of a channel and the {@code nth} of its publishers. */
    int flow(int channelIndex, int nth) {
        return channelIndex + nth * channels;
    }

    /** Which of its channel's publishers one is. */
    int nth(int publisher) {
        return publishers > channels ? publisher / channels : 0;
    }

    String channelName(int index) {
        return channels == 1 ? channel : channel + "-" + index;
    }

    boolean closedLoop() {
        return rate == 0;
    }

    /** The same with another rate of connections. */
    BenchPlan withConnectRate(double perProcess) {
        return new BenchPlan(
                kind,
                urls,
                publishUrls,
                protocol,
                token,
                secret,
                user,
                connections,
                channels,
                channel,
                publishers,
                rate,
                window,
                size,
                warmupMs,
                durationMs,
                drainMs,
                perProcess,
                inFlight,
                timeoutMs,
                threads,
                processes,
                run);
    }
}
