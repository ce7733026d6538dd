package io.hawser.cli.bench;

import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Other processes, each with a part of the connections: the same program, started by the same Java.
 * They get the plan by their standard input, since it may hold a secret, and end when that ends.
 */
final class ProcessCrew implements Crew {
    private static final String MAIN = "io.hawser.cli.bench.WorkerProcess";
    private static final JsonMapper JSON = new JsonMapper();
    private static final long STOP_SECONDS = 10;

    private final Path file;
    private final Board board;
    private final List<Process> processes = new ArrayList<>();
    private final List<BufferedReader> answers = new ArrayList<>();

    private ProcessCrew(Path file, Board board) {
        this.file = file;
        this.board = board;
    }

    static ProcessCrew start(BenchPlan plan) {
        try {
            Path file = Files.createTempFile("hawser-bench-", ".board");
            Files.write(file, new byte[0]);
            var crew = new ProcessCrew(file, Board.shared(plan, file));
            try {
                crew.startAll(plan);
            } catch (IOException | UncheckedIOException e) {
                crew.close();
                throw BenchException.failed("a process cannot be started: " + e.getMessage(), "");
            }
            return crew;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startAll(BenchPlan plan) throws IOException {
        BenchPlan part = plan.withConnectRate(plan.connectRate() / plan.processes());
        for (int i = 0; i < plan.processes(); i++) {
            Process process =
                    new ProcessBuilder(command())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            processes.add(process);
            answers.add(process.inputReader(StandardCharsets.UTF_8));
            say(
                    process,
                    JSON.writeValueAsString(
                            new WorkerProcess.Orders(part, i, file.toString(), System.nanoTime())));
        }
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent"))
                .filter(option -> !option.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        return command;
    }

    Board board() {
        return board;
    }

    private static void say(Process process, String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer(int process) {
        try {
            String line = answers.get(process).readLine();
            if (line == null) {
                throw BenchException.failed(
                        "process " + process + " of the bench ended before its time",
                        "What it said is above.");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean connect() {
        boolean anybody = false;
        for (int i = 0; i < processes.size(); i++) {
            anybody |= answer(i).equals(WorkerProcess.CONNECTED);
        }
        return anybody;
    }

    @Override
    public void start(long startNs) {
        processes.forEach(process -> say(process, Long.toString(startNs)));
    }

    @Override
    public BenchResult finish() {
        var result = new BenchResult();
        for (int i = 0; i < processes.size(); i++) {
            result.add(BenchResult.decoded(answer(i)));
        }
        return result;
    }

    @Override
    public void close() {
        processes.forEach(ProcessCrew::hangUp);
        processes.forEach(ProcessCrew::stop);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hangUp(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already, or is ended below.
            process.destroy();
        }
    }

    private static void stop(Process process) {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
