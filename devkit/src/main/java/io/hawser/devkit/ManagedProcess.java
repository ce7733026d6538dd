package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that we started: its output, its signals, its end. Standard error is joined with
 * standard output. The program does not outlive this JVM (see {@link Spawner}). Thread-safe.
 */
public final class ManagedProcess implements AutoCloseable {
    private static final Duration KILL_TIME = Duration.ofSeconds(30);

    /**
     * How long an ended program's output may take to come through: on busy cores the thread that
     * reads it may stand still for some seconds.
     */
    private static final Duration LAST_LINES_TIME = Duration.ofSeconds(10);

    private final Builder spec;
    private final Process process;
    private final Output output;
    private final Thread reader;

    private ManagedProcess(Builder spec) {
        this.spec = spec;
        this.output = new Output(spec.outputFile, spec.lineConsumer);
        output.prepare();
        this.process = start(spec);
        this.reader = output.read(spec.name, process.getInputStream());
    }

    /**
     * Describes a program to start.
     *
     * @param name what messages call it
     * @param command the program and its arguments
     */
    public static Builder builder(String name, List<String> command) {
        return new Builder(name, command);
    }

    /** See {@link #builder(String, List)}. */
    public static Builder builder(String name, String... command) {
        return new Builder(name, List.of(command));
    }

    /** The name given by the builder. */
    public String name() {
        return spec.name;
    }

    /** The program's process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs; a stopped (frozen) process is alive. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The last lines of its output. */
    public String outputTail() {
        awaitLastLines();
        return output.tail();
    }

    /** What an ended process printed may still be in the pipe. */
    private void awaitLastLines() {
        try {
            if (!process.isAlive()) {
                var _ = reader.join(LAST_LINES_TIME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what is there must do
        }
    }

    /** How many lines it has printed; for {@link #awaitOutput(long, Predicate, Duration)}. */
    public long outputLines() {
        return output.lineCount();
    }

    /**
     * Waits for a line of output, printed already (if among the last 2,000) or to come.
     *
     * @return that line
     * @throws ServiceFailedException if it does not come in time, or the process ends without it
     */
    public String awaitOutput(Predicate<String> wanted, Duration timeout) {
        return awaitOutput(0, wanted, timeout);
    }

    /** Waits for a line in which the pattern is found; else as the one with a predicate. */
    public String awaitOutput(Pattern pattern, Duration timeout) {
        return awaitOutput(0, line -> pattern.matcher(line).find(), timeout);
    }

    /**
     * As {@link #awaitOutput(Predicate, Duration)}, but ignores the first {@code from} lines.
     *
     * @param from a value of {@link #outputLines()} from before
     */
    public String awaitOutput(long from, Predicate<String> wanted, Duration timeout) {
        try {
            return found(from, wanted, timeout);
        } catch (TimeoutException e) {
            throw failure("did not print what was awaited in " + timeout, e);
        } catch (ExecutionException e) {
            throw failure("ended without printing what was awaited", e.getCause());
        }
    }

    /** Whether such a line has come after the first {@code from} or comes in that time. */
    boolean hasOutput(long from, Predicate<String> wanted, Duration timeout) {
        try {
            found(from, wanted, timeout);
            return true;
        } catch (TimeoutException | ExecutionException notPrinted) {
            return false;
        }
    }

    private String found(long from, Predicate<String> wanted, Duration timeout)
            throws TimeoutException, ExecutionException {
        try {
            return output.find(from, wanted).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while awaiting its output", e);
        }
    }

    /**
     * Sends the signal to the program; does nothing if it has ended. After {@link Signal#STOP} it
     * does nothing more when this returns.
     *
     * @throws ServiceFailedException if the system refuses
     */
    public void signal(Signal signal) {
        if (!send(signal, Stream.of(process.toHandle())) && isAlive()) {
            throw failure("could not be sent " + signal, null);
        }
        if (signal == Signal.STOP && !Freezing.await(pid())) {
            throw failure("was sent " + signal + " and goes on", null);
        }
    }

    /** Sends the signal to the program, then to all that it started. */
    public void signalAll(Signal signal) {
        signal(signal);
        // Children come and go: one that has ended meanwhile is no failure.
        List<ProcessHandle> children = process.descendants().toList();
        boolean _ = send(signal, children.stream());
        if (signal == Signal.STOP) {
            children.forEach(child -> Freezing.await(child.pid()));
        }
    }

    /** The processes that it started itself and that are there now. */
    public Stream<ProcessHandle> children() {
        return process.children();
    }

    /** Kills the program and all that it started (kill -9), and waits until they are gone. */
    public void kill() {
        // All listed before the first dies: without their parent the children cannot be found.
        List<ProcessHandle> family =
                Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        family.forEach(ProcessHandle::destroyForcibly);
        awaitExit(KILL_TIME);
        for (ProcessHandle member : family) {
            awaitGone(member);
        }
    }

    /**
     * Waits for the end of the process and of its output.
     *
     * @return the exit code; 128 + signal number if a signal ended it
     * @throws ServiceFailedException if it does not end in time
     */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("did not end in " + timeout, null);
            }
            // Bounded: a grandchild that holds the pipe may outlive the program.
            reader.join(LAST_LINES_TIME);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while awaiting its end", e);
        }
    }

    /**
     * Stops the process: TERM, and KILL after the time set by the builder, or at once if it is
     * frozen and could not obey. Safe to repeat.
     */
    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        if (isFrozen() || !stops()) {
            kill();
        }
    }

    private boolean stops() {
        try {
            signal(spec.stopSignal);
            return process.waitFor(spec.stopTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether it was stopped by a signal; where there is no /proc it looks as if it were not. */
    private boolean isFrozen() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
        } catch (IOException noSuchFile) {
            return false;
        }
    }

    @Override
    public String toString() {
        return spec.name + " (pid " + pid() + (isAlive() ? ")" : ", ended)");
    }

    ServiceFailedException failure(String what, @Nullable Throwable cause) {
        String state = isAlive() ? "still running" : "exit code " + process.exitValue();
        return new ServiceFailedException(
                "%s %s (%s)%n  command: %s%n  output: %s"
                        .formatted(spec.name, what, state, String.join(" ", spec.command), tail()),
                cause);
    }

    private String tail() {
        String tail = outputTail();
        return tail.isEmpty() ? "(none)" : "\n" + tail.indent(4);
    }

    /** Whether all of them could be sent it. */
    private boolean send(Signal signal, Stream<ProcessHandle> targets) {
        String pids =
                targets.filter(ProcessHandle::isAlive)
                        .map(handle -> Long.toString(handle.pid()))
                        .collect(Collectors.joining(" "));
        if (pids.isEmpty()) {
            return true;
        }
        try {
            // The shell's own kill: a minimal system lacks the program of that name.
            return new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw failure("could not be sent " + signal, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while being sent " + signal, e);
        }
    }

    private void awaitGone(ProcessHandle handle) {
        try {
            handle.onExit().get(KILL_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw failure("was killed, but its process " + handle.pid() + " is still there", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while being killed", e);
        }
    }

    private static Process start(Builder spec) {
        var builder = new ProcessBuilder(spec.command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(spec.environment);
        if (spec.directory != null) {
            builder.directory(spec.directory.toFile());
        }
        // Asked here: started through a wrapper, a missing program would only show as exit code
        // 127.
        if (Program.find(spec.command.getFirst()).isEmpty()) {
            throw new ServiceFailedException(
                    spec.name + " cannot be started: no program " + spec.command.getFirst());
        }
        try {
            return Spawner.start(builder, spec.user);
        } catch (IOException e) {
            throw new ServiceFailedException(
                    spec.name + " cannot be started: " + String.join(" ", spec.command), e);
        }
    }

    /** Describes a program to start. Not thread-safe; use once. */
    public static final class Builder {
        private final String name;
        private final List<String> command;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private @Nullable Path directory;
        private @Nullable Path outputFile;
        private @Nullable Consumer<String> lineConsumer;
        private @Nullable UnprivilegedUser user;
        private Duration stopTime = Duration.ofSeconds(10);
        private Signal stopSignal = Signal.TERM;

        private Builder(String name, List<String> command) {
            this.name = name;
            this.command = List.copyOf(command);
        }

        /** The working directory; ours if not set. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** An environment variable, in addition to ours. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** A file to which the output is appended; its directory is created. */
        public Builder outputFile(Path value) {
            outputFile = value;
            return this;
        }

        /** Called with each line of output, on the thread that reads it; must not block long. */
        public Builder onLine(Consumer<String> value) {
            lineConsumer = value;
            return this;
        }

        /** The user to run it as; only root can choose one. */
        Builder user(@Nullable UnprivilegedUser value) {
            user = value;
            return this;
        }

        /** The signal that asks it to stop; TERM by default. */
        public Builder stopSignal(Signal value) {
            stopSignal = value;
            return this;
        }

        /** How long {@link ManagedProcess#close()} waits between TERM and KILL; 10 s by default. */
        public Builder stopTime(Duration value) {
            stopTime = value;
            return this;
        }

        /**
         * Starts it.
         *
         * @throws ServiceFailedException if the program cannot be started
         */
        public ManagedProcess start() {
            return new ManagedProcess(this);
        }
    }
}
