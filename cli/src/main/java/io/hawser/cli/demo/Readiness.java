package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until a node serves. Thread-safe. */
final class Readiness implements AutoCloseable {
    private static final Duration START_TIME = Duration.ofSeconds(60);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(1);
    private static final long ASK_EVERY_MS = 100;
    private static final int LOG_LINES = 15;

    /** An answer that takes longer is a stall, milliseconds. */
    private static final long STALL_MS = 100;

    /** Looks without a stall after which nodes count as calm; one every {@link #ASK_EVERY_MS}. */
    private static final int CALM_LOOKS = 10;

    private static final Duration CALM_TIME = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(ASK_TIMEOUT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
    private final CountDownLatch stop;

    /**
     * @param stop opened when the user no longer wants to wait
     */
    Readiness(CountDownLatch stop) {
        this.stop = stop;
    }

    /**
     * Waits for {@code /ready}.
     *
     * @return seconds it took, or less if the user asked to stop
     * @throws DemoException if the node ends instead, or takes too long
     */
    double await(DemoNode node) throws InterruptedException {
        long startNs = System.nanoTime();
        while (!ready(node)) {
            if (!node.serving()) {
                throw failed(node, "did not start: " + node.lastWords(LOG_LINES));
            }
            if (System.nanoTime() - startNs > START_TIME.toNanos()) {
                throw failed(node, "is not ready after " + START_TIME.toSeconds() + " s");
            }
            if (stop.await(ASK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    /**
     * Waits until nodes that have just started no longer stall while they load and compile: the
     * proxy would take a long stall for a hang, and close the node's connections.
     *
     * @return whether they are calm; false if they are not in time, or the user asked to stop
     */
    boolean awaitCalm(List<DemoNode> nodes) throws InterruptedException {
        long startNs = System.nanoTime();
        int calm = 0;
        while (calm < CALM_LOOKS && System.nanoTime() - startNs < CALM_TIME.toNanos()) {
            calm = slowestMs(nodes) <= STALL_MS ? calm + 1 : 0;
            if (stop.await(ASK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return calm >= CALM_LOOKS;
    }

    /** Time of the slowest answer, milliseconds; a node without an answer is slow. */
    private long slowestMs(List<DemoNode> nodes) throws InterruptedException {
        long slowestMs = 0;
        for (DemoNode node : nodes) {
            long askedNs = System.nanoTime();
            boolean ready = ready(node);
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNs);
            slowestMs = Math.max(slowestMs, ready ? tookMs : Long.MAX_VALUE);
        }
        return slowestMs;
    }

    private boolean ready(DemoNode node) throws InterruptedException {
        var request = HttpRequest.newBuilder(node.url().resolve("/ready")).timeout(ASK_TIMEOUT);
        try {
            return http.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static DemoException failed(DemoNode node, String what) {
        return new DemoException(Kind.FAILED, "node " + node.id() + " " + what, "");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
