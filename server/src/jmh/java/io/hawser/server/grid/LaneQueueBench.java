package io.hawser.server.grid;

import io.hawser.grid.priority.LaneQueue;
import io.hawser.grid.priority.Priority;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** Commands on their way into the lanes and out of them, without another thread in between. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LaneQueueBench {
    private static final int BATCH = 64;
    private static final int BYTES = 180;

    private final LaneQueue<String> queue = new LaneQueue<>(4096);

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int ofOneLane() {
        for (int i = 0; i < BATCH; i++) {
            queue.offer("command", Priority.NORMAL, BYTES);
        }
        return takeAll();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int ofAllLanes() {
        Priority[] lanes = {Priority.HIGH, Priority.NORMAL, Priority.LOW, Priority.NORMAL};
        for (int i = 0; i < BATCH; i++) {
            queue.offer("command", lanes[i % lanes.length], BYTES);
        }
        return takeAll();
    }

    private int takeAll() {
        int taken = 0;
        while (queue.poll() != null) {
            taken++;
        }
        return taken;
    }
}
