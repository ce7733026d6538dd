package io.hawser.server.hook;

import io.hawser.server.hook.HookOutcomes.Outcome;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands, one after the other: no shell, so no argument is taken apart or interpreted. The
 * output goes to the log. One that does not end in time is killed with all it has started; what a
 * command that ended well has left running is left alone.
 *
 * <p>A command gets this process's environment without the variables {@code HAWSER_…}: they hold
 * this node's secrets, and would configure a node that the command starts. Thread-safe; {@link
 * #run} never blocks.
 */
public final class CommandHook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandHook.class);
    private static final String OURS = "HAWSER_";

    /** Commands that may wait. */
    private static final int QUEUE = 16;

    /** Lines of output that go to the log, and characters of each. */
    private static final int MAX_LINES = 100;

    private static final int MAX_LINE = 1_000;

    /** How long the last output of a command that has ended may take. */
    private static final Duration LAST_OUTPUT = Duration.ofMillis(500);

    private final Duration timeout;
    private final HookLine<Call> line;
    private final HookOutcomes outcomes = new HookOutcomes();

    private record Call(String name, List<String> command, Map<String, String> environment) {}

    public CommandHook(Duration timeout) {
        this.timeout = timeout;
        this.line = new HookLine<>("command-hook", QUEUE, this::call);
    }

    /**
     * Runs a command some time from now.
     *
     * @param name what the log calls it
     * @param command program and arguments
     * @param environment added to that of this process
     */
    public void run(String name, List<String> command, Map<String, String> environment) {
        if (!line.offer(new Call(name, command, environment))) {
            outcomes.add(Outcome.DROPPED);
            log.warn("command {} is dropped, {} are waiting already", name, QUEUE);
        }
    }

    /** How the commands given so far have ended. */
    public HookOutcomes outcomes() {
        return outcomes;
    }

    private void call(Call call) throws InterruptedException {
        Process process;
        try {
            process = builder(call).start();
            process.getOutputStream().close(); // nothing to read for it
        } catch (IOException | UnsupportedOperationException e) {
            outcomes.add(Outcome.FAILED);
            log.error("command {} {} cannot be started", call.name(), call.command(), e);
            return;
        }
        Thread output = Thread.ofVirtual().name("command-output").start(() -> copy(call, process));
        try {
            await(call, process);
        } catch (InterruptedException e) {
            log.warn("command {} is killed: this node stops", call.name());
            throw e;
        } finally {
            end(process, output);
        }
    }

    private static ProcessBuilder builder(Call call) {
        var builder = new ProcessBuilder(call.command()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith(OURS));
        builder.environment().putAll(call.environment());
        return builder;
    }

    private void await(Call call, Process process) throws InterruptedException {
        long began = System.nanoTime();
        boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        boolean done = ended && process.exitValue() == 0;
        outcomes.add(done ? Outcome.DONE : Outcome.FAILED);
        if (!ended) {
            log.error(
                    "command {} {} has not ended after {} ms and is killed",
                    call.name(),
                    call.command(),
                    timeout.toMillis());
        } else if (done) {
            log.info("command {} ended well after {} ms", call.name(), tookMs);
        } else {
            log.error(
                    "command {} {} ended with exit code {} after {} ms",
                    call.name(),
                    call.command(),
                    process.exitValue(),
                    tookMs);
        }
    }

    /**
     * What a command has left running may hold its output open for ever: its last lines are awaited
     * only for a moment.
     */
    private static void end(Process process, Thread output) throws InterruptedException {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        var _ = output.join(LAST_OUTPUT);
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            log.debug("closing the output of a command", e);
        }
    }

    private static void copy(Call call, Process process) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int count = 0;
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                if (count++ < MAX_LINES) {
                    String shown = text.substring(0, Math.min(MAX_LINE, text.length()));
                    log.info("command {}: {}", call.name(), shown);
                }
            }
        } catch (IOException e) {
            log.debug("the output of command {} has ended", call.name(), e);
        }
    }

    /** Kills what is under way; what waits is not run any more. */
    @Override
    public void close() {
        line.close();
        for (int i = line.size(); i > 0; i--) {
            outcomes.add(Outcome.DROPPED);
        }
    }
}
