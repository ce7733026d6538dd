package io.hawser.cli.bench;

import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One process of several: reads its orders from standard input, a line each, and answers a line
 * each on standard output. It ends when standard input does. Not for people.
 */
public final class WorkerProcess {
    static final String CONNECTED = "connected";
    static final String NOBODY = "nobody";

    private static final JsonMapper JSON = new JsonMapper();

    /** A start takes seconds; clocks that are not the same differ by hours. */
    private static final long CLOCK_LIMIT_NS = TimeUnit.MINUTES.toNanos(5);

    private WorkerProcess() {}

    /**
     * The first line.
     *
     * @param board the file of the counts that all share
     * @param nowNs the clock of the process that gave the order
     */
    record Orders(BenchPlan plan, int process, String board, long nowNs) {}

    /** Runs one. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = System.out;
        String line = in.readLine();
        if (line == null) {
            return;
        }
        Orders orders = JSON.readValue(line, Orders.class);
        long apartNs = System.nanoTime() - orders.nowNs();
        if (apartNs < 0 || apartNs > CLOCK_LIMIT_NS) {
            System.err.println("hawser bench: processes of this machine do not share a clock");
            System.exit(1);
        }
        Board board = Board.shared(orders.plan(), Path.of(orders.board()));
        try (var worker = new Worker(orders.plan(), orders.process(), board)) {
            out.println(worker.connect() ? CONNECTED : NOBODY);
            watch(in, worker, out);
        }
    }

    private static void watch(BufferedReader in, Worker worker, PrintStream out)
            throws IOException, InterruptedException {
        String start = in.readLine();
        if (start == null) {
            return;
        }
        worker.start(Long.parseLong(start));
        // Whoever gave the orders may be gone before the end.
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                while (in.read() >= 0) {
                                    Thread.onSpinWait();
                                }
                            } catch (IOException e) {
                                System.err.println("hawser bench: " + e);
                            }
                            Runtime.getRuntime().exit(0);
                        });
        out.println(worker.finish().encoded());
    }
}
