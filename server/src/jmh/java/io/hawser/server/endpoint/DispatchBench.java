package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.Emulation;
import io.hawser.server.session.Selection;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.uring.IoUring;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One batch of a channel on its way through an I/O thread: encoded once, given to every subscriber,
 * written with one call a connection, to sockets that take everything and cost nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DispatchBench {
    private static final String CHANNEL = "ticks:ACME";

    @Param({"100", "1000"})
    public int subscribers;

    @Param({"1", "16"})
    public int batch;

    private final Semaphore done = new Semaphore(0);
    private XnioWorker worker;
    private IoLoop loop;
    private Publication publication;

    @Setup
    public void prepare() throws IOException, InterruptedException {
        worker =
                Xnio.getInstance()
                        .createWorker(
                                OptionMap.create(
                                        Options.WORKER_IO_THREADS, 1, Options.THREAD_DAEMON, true));
        var limits = new OutLimits(1 << 20, 0, new Shedding());
        loop =
                new IoLoop(
                        worker.getIoThread(),
                        new SessionCounters(),
                        limits,
                        new DeltaChannels(),
                        new SharedFilters(),
                        IoUring.OFF);
        publication =
                new Publication(
                        1, Payload.of("{\"m\":\"" + "x".repeat(120) + "\"}"), null, Map.of(), 0);
        worker.getIoThread().execute(this::subscribe);
        done.acquire();
    }

    private void subscribe() {
        ChannelOptions options = ConfigLoader.load(Optional.empty(), Map.of(), List.of()).channel();
        for (int i = 0; i < subscribers; i++) {
            var connection =
                    new ClientConnection(
                            Integer.toString(i),
                            "127.0.0.1",
                            WireForm.of(Codec.of(Encoding.JSON), false),
                            new Sink(),
                            loop,
                            false);
            connection.attach(CHANNEL, options, Selection.all(false));
        }
        done.release();
    }

    @Benchmark
    public void aBatchToAll() throws InterruptedException {
        worker.getIoThread().execute(this::publish);
        done.acquire();
    }

    /** What comes from one turn of the thread makes one batch; the next turn is behind it. */
    private void publish() {
        for (int i = 0; i < batch; i++) {
            loop.deliver(
                    CHANNEL, Delivery.publication(CHANNEL, publication, null), Priority.NORMAL);
        }
        worker.getIoThread().execute(done::release);
    }

    @TearDown
    public void stop() {
        worker.shutdownNow();
    }

    /** Takes everything. */
    private static final class Sink implements Wire {
        @Override
        public long write(ByteBuffer[] buffers, int count) {
            long written = 0;
            for (int i = 0; i < count; i++) {
                written += write(buffers[i]);
            }
            return written;
        }

        @Override
        public int write(ByteBuffer buffer) {
            int written = buffer.remaining();
            buffer.position(buffer.limit());
            return written;
        }

        @Override
        public void awaitWritable() {
            throw new IllegalStateException("never full");
        }

        @Override
        public byte[] goodbye(Disconnect reason) {
            throw new IllegalStateException("never ends: " + reason);
        }

        @Override
        public void terminate(boolean abort) {
            throw new IllegalStateException("never ends");
        }

        @Override
        public Emulation emulation() {
            return Emulation.NONE;
        }
    }
}
