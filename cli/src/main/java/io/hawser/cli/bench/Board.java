package io.hawser.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts that all threads and processes of a run see. Each has one writer: the thread that
 * publishes, or the thread that receives. Thread-safe.
 */
final class Board {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private static final int PUBLISHED = 0;
    private static final int EXPECTED = 1;
    private static final int REPLIED = 2;
    private static final int DONE = 3;
    private static final int FLOWS = 8;

    /** Longs of a receiving thread, a cache line. */
    private static final int STRIDE = 8;

    private static final int DELIVERED = 0;
    private static final int READY = 1;
    private static final int FAILED = 2;

    private final MemorySegment memory;
    private final int flows;
    private final int receivers;
    private final int channels;

    private Board(BenchPlan plan, MemorySegment memory) {
        this.memory = memory;
        flows = plan.flows();
        receivers = plan.processes() * plan.threads();
        channels = plan.channels();
    }

    /** For one process. */
    static Board inMemory(BenchPlan plan) {
        return new Board(plan, Arena.ofAuto().allocate(bytes(plan), Long.BYTES));
    }

    /** For several, by a file that they share. */
    static Board shared(BenchPlan plan, Path file) {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var memory =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes(plan), Arena.ofAuto());
            return new Board(plan, memory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytes(BenchPlan plan) {
        long receivers = (long) plan.processes() * plan.threads();
        long channels = (long) plan.processes() * plan.channels();
        return Long.BYTES * (FLOWS + 2L * plan.flows() + STRIDE * receivers + channels);
    }

    // The publishing thread

    /** One more of a flow, which {@code subscribers} will get. */
    void published(int flow, int subscribers) {
        add(PUBLISHED, 1);
        add(EXPECTED, subscribers);
        add(FLOWS + flow, 1);
    }

    void answered() {
        add(REPLIED, 1);
    }

    /** One was answered with an error, so that nobody gets it. */
    void refused(int flow, int subscribers) {
        add(EXPECTED, -subscribers);
        add(FLOWS + flows + flow, 1);
    }

    /** No more will be published. */
    void done() {
        set(DONE, 1);
    }

    long published() {
        return get(PUBLISHED);
    }

    long expected() {
        return get(EXPECTED);
    }

    long replied() {
        return get(REPLIED);
    }

    boolean isDone() {
        return get(DONE) != 0;
    }

    long published(int flow) {
        return get(FLOWS + flow);
    }

    long refused(int flow) {
        return get(FLOWS + flows + flow);
    }

    // Receiving threads

    private int receiver(int index) {
        return FLOWS + 2 * flows + STRIDE * index;
    }

    /** All that a receiving thread has had, those that it had twice counted once. */
    void delivered(int receiver, long count) {
        set(receiver(receiver) + DELIVERED, count);
    }

    long delivered() {
        return sum(DELIVERED);
    }

    void ready(int receiver) {
        add(receiver(receiver) + READY, 1);
    }

    long ready() {
        return sum(READY);
    }

    void failed(int receiver) {
        add(receiver(receiver) + FAILED, 1);
    }

    long failed() {
        return sum(FAILED);
    }

    private long sum(int what) {
        long sum = 0;
        for (int i = 0; i < receivers; i++) {
            sum += get(receiver(i) + what);
        }
        return sum;
    }

    // Subscribers, set before the first publish

    void subscribers(int process, int channel, int count) {
        set(FLOWS + 2 * flows + STRIDE * receivers + process * channels + channel, count);
    }

    int subscribers(int processes, int channel) {
        long sum = 0;
        for (int i = 0; i < processes; i++) {
            sum += get(FLOWS + 2 * flows + STRIDE * receivers + i * channels + channel);
        }
        return (int) sum;
    }

    private void add(int at, long count) {
        set(at, get(at) + count);
    }

    private void set(int at, long value) {
        LONG.setRelease(memory, (long) at * Long.BYTES, value);
    }

    private long get(int at) {
        return (long) LONG.getAcquire(memory, (long) at * Long.BYTES);
    }
}
