package io.hawser.server.endpoint;

import io.hawser.grid.priority.Priority;

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

import java.util.concurrent.TimeUnit;

/** The queue of a connection that cannot take everything: in, gathered, written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OutQueueBench {
    @Param({"1", "16", "256"})
    public int frames;

    private final OutQueue queue = new OutQueue();
    private final Frame[] gathered = new Frame[64];
    private Frame[] waiting;

    @Setup
    public void prepare() {
        waiting = new Frame[frames];
        for (int i = 0; i < frames; i++) {
            waiting[i] = Frame.of(new byte[180]);
        }
    }

    @Benchmark
    public boolean inAndOut() {
        for (int i = 0; i < frames; i++) {
            queue.add(waiting[i], i % 8 == 0 ? Priority.HIGH : Priority.NORMAL);
        }
        while (!queue.isEmpty()) {
            int count = queue.gather(gathered);
            long bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += gathered[i].size();
            }
            queue.wrote(bytes);
        }
        return queue.isEmpty();
    }
}
