package io.hawser.cli.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Prints what happens, once a second, from a thread of its own. Thread-safe. */
final class ProgressLines implements AutoCloseable {
    private final BenchPlan plan;
    private final Board board;
    private final PrintWriter out;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("progress").daemon().factory());
    private volatile long startNs = Long.MAX_VALUE;
    private long lastNs = System.nanoTime();
    private long lastPublished;
    private long lastDelivered;

    ProgressLines(BenchPlan plan, Board board, PrintWriter out) {
        this.plan = plan;
        this.board = board;
        this.out = out;
        var _ = clock.scheduleAtFixedRate(this::print, 1, 1, TimeUnit.SECONDS);
    }

    void measuring(long fromNs) {
        startNs = fromNs;
    }

    private void print() {
        long nowNs = System.nanoTime();
        out.println(startNs == Long.MAX_VALUE ? connecting() : measured(nowNs));
        out.flush();
        lastNs = nowNs;
    }

    private String connecting() {
        long wanted = plan.kind().subscribes() ? plan.connections() : 0;
        wanted += plan.kind().publishes() ? plan.publishers() : 0;
        return String.format(
                Locale.ROOT,
                "connecting: %,d of %,d ready, %,d failed",
                board.ready(),
                wanted,
                board.failed());
    }

    private String measured(long nowNs) {
        double seconds = (nowNs - lastNs) / 1e9;
        long published = board.published();
        long delivered = board.delivered();
        String line =
                String.format(
                        Locale.ROOT,
                        "%3d s%s: %,.0f published/s, %,.0f delivered/s",
                        Math.max(0, Math.round((nowNs - startNs) / 1e9)),
                        nowNs - startNs < plan.warmupMs() * 1_000_000 ? " (warmup)" : "",
                        (published - lastPublished) / seconds,
                        (delivered - lastDelivered) / seconds);
        lastPublished = published;
        lastDelivered = delivered;
        return line;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            // Or a line would come after the table.
            var _ = clock.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
