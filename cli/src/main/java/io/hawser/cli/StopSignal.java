package io.hawser.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns SIGINT and SIGTERM into an orderly stop with an exit code of our own: a command waits for
 * {@link #asked()}, stops, and says {@link #finished}. Thread-safe.
 */
final class StopSignal {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Boolean> first = new CompletableFuture<>();
    private final CompletableFuture<Integer> finished = new CompletableFuture<>();
    private final Duration patience;

    private StopSignal(Duration patience) {
        this.patience = patience;
    }

    /**
     * Listens for the signals.
     *
     * @param patience how long the command may take to stop before the process ends anyway
     */
    static StopSignal install(Duration patience) {
        var signal = new StopSignal(patience);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(signal::shutDown));
        return signal;
    }

    /** Opened by the first signal. */
    CountDownLatch asked() {
        return asked;
    }

    /**
     * Waits for the first signal, or until there is nothing left to stop.
     *
     * @return whether it was a signal
     */
    boolean await() throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What runs has ended by itself. */
    void nothingLeft() {
        first.complete(false);
    }

    /** The command has stopped all it had started. */
    void finished(int exitCode) {
        finished.complete(exitCode);
    }

    /**
     * Runs when the JVM ends. After a signal it halts: the JVM's own exit code would be 130 or 143,
     * and to have stopped as asked is no failure.
     */
    private void shutDown() {
        if (finished.isDone()) {
            return;
        }
        asked.countDown();
        first.complete(true);
        Runtime.getRuntime().halt(exitCode());
    }

    private int exitCode() {
        try {
            return finished.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            System.err.println(
                    "hawser: not stopped after " + patience.toSeconds() + " s, giving up");
            return ExitCode.FAILED;
        } catch (InterruptedException | ExecutionException e) {
            return ExitCode.FAILED;
        }
    }
}
