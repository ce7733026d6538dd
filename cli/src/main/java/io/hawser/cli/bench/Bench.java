package io.hawser.cli.bench;

import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Makes a run from its beginning to its end. For one thread. */
public final class Bench {
    /** So that all processes know when it begins before it does. */
    private static final long LEAD_MS = 100;

    private final BenchPlan plan;
    private final PrintWriter progress;

    /**
     * @param progress gets a line a second
     */
    public Bench(BenchPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Makes the run.
     *
     * @throws BenchException if nobody answers, or if processes cannot be started
     */
    public BenchResult run() throws InterruptedException {
        if (plan.processes() > 1) {
            try (var processes = ProcessCrew.start(plan)) {
                return run(processes, processes.board());
            }
        }
        Board board = Board.inMemory(plan);
        try (var worker = new Worker(plan, 0, board)) {
            return run(worker, board);
        }
    }

    /** Publishers connect first, where there are any. */
    private static URI firstAsked(BenchPlan plan) {
        return (plan.kind().publishes() ? plan.publishUrls() : plan.urls()).getFirst();
    }

    private BenchResult run(Crew crew, Board board) throws InterruptedException {
        try (var lines = new ProgressLines(plan, board, progress)) {
            if (!crew.connect()) {
                throw BenchException.unreachable("nobody answers at " + firstAsked(plan), null);
            }
            long startNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAD_MS);
            if (board.ready() == 0) {
                // Nobody can be measured: it is over before it begins.
                startNs -=
                        TimeUnit.MILLISECONDS.toNanos(
                                LEAD_MS + plan.warmupMs() + plan.durationMs());
            }
            crew.start(startNs);
            lines.measuring(startNs);
            return crew.finish();
        }
    }
}
