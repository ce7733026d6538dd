package io.hawser.server.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;

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

import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What it takes to write a publication once for all subscribers, and to read a publish. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBench {
    private static final String DATA = "{\"m\":\"" + "x".repeat(120) + "\"}";
    private static final int DATA_TAG = 0x12;

    @Param({"JSON", "PROTOBUF", "MESSAGEPACK"})
    public Encoding encoding;

    private Codec codec;
    private Push push;
    private byte[] publish;

    @Setup
    public void prepare() {
        codec = Codec.of(encoding);
        var publication = new Publication(123_456, Payload.of(DATA), null, Map.of(), 0);
        push = new Push.PublicationPush("ticks:ACME", publication);
        publish =
                switch (encoding) {
                    case JSON -> json();
                    case PROTOBUF -> protobuf();
                    case MESSAGEPACK -> messagePack();
                };
        if (codec.decode(publish).problem() != null) {
            throw new IllegalStateException("not a publish: " + codec.decode(publish));
        }
    }

    private static byte[] json() {
        return ("{\"id\":7,\"publish\":{\"channel\":\"ticks:ACME\",\"data\":" + DATA + "}}")
                .getBytes(UTF_8);
    }

    /** All lengths but the data's are of one byte; that one and those around it are of two. */
    private static byte[] protobuf() {
        String channel = "\n\nticks:ACME";
        String data = (char) DATA_TAG + varint(DATA.length()) + DATA;
        String request = channel + data;
        String body = "\b\7:" + varint(request.length()) + request;
        return (varint(body.length()) + body).getBytes(ISO_8859_1);
    }

    private static String varint(int length) {
        return length < 128
                ? String.valueOf((char) length)
                : "" + (char) (length & 0x7f | 0x80) + (char) (length >> 7);
    }

    private static byte[] messagePack() {
        String head =
                "\u0082\u00a2id\7\u00a7publish\u0082\u00a7channel\u00aaticks:ACME\u00a4data\u00c4";
        return (head + (char) DATA.length() + DATA).getBytes(ISO_8859_1);
    }

    @Benchmark
    public Object encodePush() {
        return codec.encode(push);
    }

    @Benchmark
    public Object decodePublish() {
        return codec.decode(publish);
    }
}
