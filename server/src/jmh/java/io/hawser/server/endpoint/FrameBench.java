package io.hawser.server.endpoint;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.protocol.SentPublication.DataForm;

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
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What it takes to make one channel's shared frame of a batch; not the writes to sockets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBench {
    private static final String CHANNEL = "ticks:ACME";

    @Param({"1", "16", "64"})
    public int batch;

    @Param({"JSON", "PROTOBUF", "MESSAGEPACK"})
    public Encoding encoding;

    private final Arena arena = new Arena();
    private final FrameWriter writer = new FrameWriter(arena);
    private final List<Publication> publications = new ArrayList<>();
    private final List<EncodedMessage> messages = new ArrayList<>();
    private WireForm form;

    @Setup
    public void prepare() {
        form = WireForm.of(Codec.of(encoding), false);
        for (int i = 0; i < batch; i++) {
            Payload data = Payload.of("{\"m\":\"" + "x".repeat(120) + "\"}");
            var publication = new Publication(123_456 + i, data, null, Map.of(), 0);
            publications.add(publication);
            messages.add(form.codec().encode(new Push.PublicationPush(CHANNEL, publication)));
        }
    }

    /** Of messages that are encoded already. */
    @Benchmark
    public int joinBatch() {
        int size = writer.write(form, messages).size();
        arena.endBatch();
        return size;
    }

    /** With the encoding, as the first I/O thread does it. */
    @Benchmark
    public int encodeAndJoinBatch() {
        List<EncodedMessage> encoded = new ArrayList<>(batch);
        for (Publication publication : publications) {
            Delivery delivery = Delivery.publication(CHANNEL, publication, null);
            encoded.add(delivery.in(form, DataForm.VALUE));
        }
        int size = writer.write(form, encoded).size();
        arena.endBatch();
        return size;
    }
}
