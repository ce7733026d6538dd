package io.hawser.server.grid;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.Subscriber;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Subscribers who come and go, and publications to the sink, through hub, lanes and local broker.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HubBench {
    private static final int BATCH = 1000;
    private static final long MAX_BYTES = 256L << 20;
    private static final Duration TTL = Duration.ofMinutes(1);

    /** Channels that these are spread over. */
    @Param({"1", "1000"})
    public int channels;

    /** Publications that a channel keeps. */
    @Param({"0", "100"})
    public int history;

    private final Lanes lanes = new Lanes(2, 16_384);
    private final LocalBroker broker = new LocalBroker(lanes, MAX_BYTES);
    private final Hub hub = new Hub(broker, lanes);
    private final Semaphore done = new Semaphore(0);
    private final Arrivals arrivals = new Arrivals();
    private final Publication publication =
            new Publication(
                    0, Payload.of("{\"m\":\"" + "x".repeat(120) + "\"}"), null, Map.of(), 0);
    private String[] names;
    private JoinRequest request;
    private PublishOptions options;

    @Setup
    public void prepare() throws InterruptedException {
        var kept = new HistoryOptions(history, history == 0 ? Duration.ZERO : TTL, TTL.plus(TTL));
        request = new JoinRequest(kept, null, 0);
        options = PublishOptions.of(kept, Priority.NORMAL);
        broker.start(arrivals);
        names = new String[channels];
        for (int i = 0; i < channels; i++) {
            names[i] = "ticks:" + i;
            hub.subscribe(names[i], request, arrivals);
        }
        done.acquire(channels);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void comeAndGo() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            String channel = names[i % channels];
            hub.subscribe(channel, request, arrivals);
            hub.unsubscribe(channel);
        }
        done.acquire(BATCH);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publish() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            var _ = broker.publish(names[i % channels], publication, options);
        }
        done.acquire(BATCH);
    }

    @TearDown
    public void stop() {
        broker.close();
        lanes.close();
    }

    /** Counts what comes. */
    private final class Arrivals implements Sink, Subscriber {
        @Override
        public void joined(JoinResult result) {
            done.release();
        }

        @Override
        public void failed(BrokerException why) {
            throw why;
        }

        @Override
        public void publication(String channel, Publication arrived) {
            done.release();
        }

        @Override
        public void presence(String channel, PresenceEvent event) {
            throw new IllegalStateException("nobody is announced in " + channel);
        }

        @Override
        public void positionLost(String channel) {
            throw new IllegalStateException("position lost in " + channel);
        }

        @Override
        public void control(Payload command) {
            throw new IllegalStateException("no command was sent");
        }
    }
}
