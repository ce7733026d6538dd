package io.hawser.cli;

import io.hawser.cli.admin.AdminException;
import io.hawser.cli.admin.EventStream;
import io.hawser.cli.client.Backoff;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Prints one of a node's streams on standard output and the life of the connection on standard
 * error; comes back after a loss. One thread runs it; {@link #stop} from any.
 */
abstract class StreamTail {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final PrintWriter out;
    private final PrintWriter err;
    private final long limit;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable EventStream current;
    private long printed;

    /**
     * @param limit lines after which it ends, 0 for none
     */
    StreamTail(CommandLine command, long limit) {
        this.out = command.getOut();
        this.err = command.getErr();
        this.limit = limit;
    }

    /** A new connection. */
    abstract EventStream open();

    /** What to print for it; null if it is no line of the output, but maybe a {@link #note}. */
    abstract @Nullable String line(EventStream.Message message);

    /** Ends it as the user asked. */
    final void stop() {
        stopped.countDown();
        EventStream open = current;
        if (open != null) {
            open.close();
        }
    }

    /** Ends it when the user asks. */
    final void stopOn(StopSignal signal) {
        Thread.ofVirtual()
                .name("stop-watch")
                .start(
                        () -> {
                            try {
                                if (signal.await()) {
                                    stop();
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Prints until it is stopped or the limit is reached; returns the exit code.
     *
     * @throws CommandFailure if there is no first connection, or the node denies one
     */
    final int run() throws InterruptedException {
        int failures = 0;
        boolean everConnected = false;
        while (!isStopped()) {
            String lost;
            try (EventStream stream = open()) {
                note(everConnected ? "connected again" : "connected");
                everConnected = true;
                failures = 0;
                if (!print(stream)) {
                    return ExitCode.OK;
                }
                lost = "the node ended the stream";
            } catch (AdminException e) {
                if (!isStopped() && (!everConnected || !mayPass(e))) {
                    throw AdminOptions.failure(e);
                }
                lost = e.getMessage();
            }
            long pauseMs = Backoff.STANDARD.delayMs(failures++, ThreadLocalRandom.current());
            if (!isStopped()) {
                note(lost + ", next try in " + pauseMs + " ms");
            }
            var _ = stopped.await(pauseMs, TimeUnit.MILLISECONDS);
        }
        return ExitCode.OK;
    }

    /** A node that restarts refuses for a while, or does not answer. */
    private static boolean mayPass(AdminException e) {
        return switch (e.kind()) {
            case NOT_REACHABLE, REFUSED -> true;
            case DENIED, UNKNOWN_CHANNEL, NOT_HAWSER -> false;
        };
    }

    /** False if there is nothing more to print. */
    private boolean print(EventStream stream) {
        current = stream;
        while (!isStopped()) {
            EventStream.Message message = stream.next();
            if (message == null) {
                return true;
            }
            String line = line(message);
            if (line != null && !print(line)) {
                return false;
            }
        }
        return true;
    }

    private boolean print(String line) {
        out.println(line);
        printed++;
        // A reader that went away, as in a pipe to head, is no failure.
        return !out.checkError() && printed != limit;
    }

    final void note(String text) {
        err.println(LocalTime.now(ZoneId.systemDefault()).format(TIME) + " " + text);
        err.flush();
    }
}
