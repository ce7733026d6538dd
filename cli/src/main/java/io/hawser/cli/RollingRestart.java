package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;
import io.hawser.cli.admin.AdminException;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Drains, restarts and awaits each node in turn. Stops at the first failure, so that never more
 * than one node is away. Blocks; for one thread.
 */
final class RollingRestart {
    /** Stands in a command for the node's id. */
    static final String ID = "%s";

    /** Stands in a command for the node's host. */
    static final String HOST = "%h";

    private static final long LOOK_MS = 250;

    private final AdminClient client;
    private final String drain;
    private final String command;
    private final Duration timeout;
    private final Consumer<String> lines;
    private final List<Target> targets = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    /** A node as it was before. */
    private record Target(String id, String host, long incarnation) {}

    /**
     * @param drain body of the order to drain
     * @param command with {@link #ID} for the node's id and {@link #HOST} for its host
     * @param timeout of the command, and of the node's return
     */
    RollingRestart(
            AdminClient client,
            String drain,
            String command,
            Duration timeout,
            Consumer<String> lines) {
        this.client = client;
        this.drain = drain;
        this.command = command;
        this.timeout = timeout;
        this.lines = lines;
    }

    /**
     * Restarts all.
     *
     * @throws CommandFailure at the first failure; it says how far it has come
     */
    void run() throws InterruptedException {
        targets.addAll(findTargets());
        for (Target target : targets) {
            try {
                restart(target);
            } catch (AdminException e) {
                throw stopped(target, AdminOptions.failure(e).getMessage(), e);
            }
            done.add(target.id());
        }
        lines.accept("restarted: " + String.join(", ", done));
    }

    /** All nodes, which must all take clients: with one away already, no other may go. */
    private List<Target> findTargets() {
        List<Target> found = new ArrayList<>();
        for (JsonNode node : client.nodes()) {
            String id = node.path("id").asString("?");
            String status = node.path("status").asString("?");
            if (status.equals("left")) {
                continue;
            }
            if (!status.equals("active")) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "node " + id + " is " + status + ", and nothing has been restarted",
                        "Restart one at a time only while all the others serve: bring it back, or"
                                + " stop it for good.");
            }
            found.add(
                    new Target(
                            id,
                            node.path("address").asString(""),
                            node.path("incarnation").asLong(0)));
        }
        return found;
    }

    private void restart(Target target) throws InterruptedException {
        client.drain(target.id(), drain);
        new DrainWatch(client, lines).await(target.id());
        runCommand(target);
        awaitBack(target);
        lines.accept(target.id() + " is back");
    }

    private void runCommand(Target target) throws InterruptedException {
        String line = command.replace(ID, target.id()).replace(HOST, target.host());
        lines.accept("running: " + line);
        Process process;
        try {
            process = new ProcessBuilder("sh", "-c", line).inheritIO().start();
        } catch (IOException e) {
            throw stopped(target, "cannot run sh: " + e.getMessage(), e);
        }
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroy();
            throw stopped(target, "the command has not ended in " + seconds());
        }
        if (process.exitValue() != 0) {
            throw stopped(target, "the command ended with " + process.exitValue());
        }
    }

    /** The node that is asked may be the one that restarts, so silence is no failure at first. */
    private void awaitBack(Target target) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String seen = "nobody answered";
        while (System.nanoTime() - deadline < 0) {
            try {
                seen = look(target);
                if (seen.isEmpty()) {
                    return;
                }
            } catch (AdminException e) {
                seen = String.valueOf(e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        throw stopped(target, "it is not back after " + seconds() + ": " + seen);
    }

    /** What is still missing; empty if it is back and all the others are there too. */
    private String look(Target restarted) {
        JsonNode nodes = client.nodes();
        for (Target target : targets) {
            String status = "missing";
            long incarnation = 0;
            for (JsonNode node : nodes) {
                if (node.path("id").asString("?").equals(target.id())) {
                    status = node.path("status").asString("?");
                    incarnation = node.path("incarnation").asLong(0);
                }
            }
            if (!status.equals("active")) {
                return target.id() + " is " + status;
            }
            if (target.equals(restarted) && incarnation <= target.incarnation()) {
                return target.id() + " has not been restarted";
            }
        }
        return "";
    }

    private String seconds() {
        return timeout.toSeconds() + " s";
    }

    private CommandFailure stopped(Target target, String why) {
        return stopped(target, why, new IllegalStateException(why));
    }

    private CommandFailure stopped(Target target, String why, Exception cause) {
        String far =
                done.isEmpty() ? "no node has been restarted" : "done: " + String.join(", ", done);
        return new CommandFailure(
                done.isEmpty() ? ExitCode.FAILED : ExitCode.PARTLY,
                "stopped at " + target.id() + ": " + why + "; " + far,
                "If "
                        + target.id()
                        + " still runs it is drained: hawser node undrain "
                        + target.id(),
                cause);
    }
}
