package io.hawser.server.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

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

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A delta between two publications of which one field differs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FossilDeltaBench {
    @Param({"128", "1024", "16384"})
    public int size;

    private byte[] before;
    private byte[] after;
    private byte[] delta;

    @Setup
    public void prepare() {
        var random = new Random(1);
        var text = new StringBuilder("{\"price\":101.50,\"text\":\"");
        while (text.length() < size - 2) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        before = text.append("\"}").toString().getBytes(UTF_8);
        after = text.toString().replace("101.50", "101.75").getBytes(UTF_8);
        delta = FossilDelta.create(before, after);
    }

    @Benchmark
    public byte[] create() {
        return FossilDelta.create(before, after);
    }

    @Benchmark
    public byte[] apply() throws BadDeltaException {
        return FossilDelta.apply(before, delta);
    }
}
