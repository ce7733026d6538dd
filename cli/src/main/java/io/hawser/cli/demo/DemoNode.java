package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;
import io.hawser.devkit.ManagedProcess;
import io.hawser.devkit.Signal;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;

/** One node of the demo: its process, and what we did to it. Thread-safe. */
final class DemoNode implements AutoCloseable {

    /** As far as the demo knows; a process may have ended without being asked. */
    enum State {
        /** Runs, or ended by itself: {@link #diedByItself()} tells. */
        RUNNING,
        /** Stopped by SIGSTOP. */
        FROZEN,
        /** Not started yet, killed, or its end has been reported. */
        DOWN
    }

    private final String id;
    private final PortPlan.NodePorts ports;
    private final NodeLaunch launch;
    private State state = State.DOWN;
    private @Nullable ManagedProcess process;

    DemoNode(String id, PortPlan.NodePorts ports, NodeLaunch launch) {
        this.id = id;
        this.ports = ports;
        this.launch = launch;
    }

    String id() {
        return id;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + ports.http());
    }

    URI adminUrl() {
        return URI.create("http://127.0.0.1:" + ports.admin());
    }

    URI clientUrl() {
        return URI.create("ws://127.0.0.1:" + ports.http() + "/connection/websocket");
    }

    synchronized State state() {
        return state;
    }

    /** Its process id, 0 while it is down. */
    synchronized long pid() {
        return process == null || state == State.DOWN ? 0 : process.pid();
    }

    synchronized boolean serving() {
        return state == State.RUNNING && alive();
    }

    /** Starts its process; does not wait until it serves. */
    synchronized void start() {
        process = launch.start(id, ports);
        state = State.RUNNING;
    }

    /** Continues it if it is stopped, starts it if it is down; returns what was done. */
    synchronized String bringBack() {
        return switch (state) {
            case RUNNING -> throw failed("is running already");
            case FROZEN -> {
                running().signal(Signal.CONT);
                state = State.RUNNING;
                yield id + " continues (SIGCONT)";
            }
            case DOWN -> {
                start();
                yield id + " started";
            }
        };
    }

    /** kill -9, also if it is stopped. */
    synchronized String kill() {
        if (state == State.DOWN) {
            throw failed("is not running; start it with: hawser demo start " + id.substring(1));
        }
        state = State.DOWN;
        running().kill();
        return id + " killed (SIGKILL)";
    }

    /** SIGSTOP: its sockets stay open, but it does nothing more. */
    synchronized String freeze() {
        return switch (state) {
            case RUNNING -> {
                running().signal(Signal.STOP);
                state = State.FROZEN;
                yield id + " stopped (SIGSTOP)";
            }
            case FROZEN -> throw failed("is stopped already");
            case DOWN -> throw failed("is not running");
        };
    }

    /** Whether it has ended though nobody asked; asks once, then it counts as down. */
    synchronized boolean diedByItself() {
        if (state == State.DOWN || alive()) {
            return false;
        }
        state = State.DOWN;
        return true;
    }

    /** Exit code and last lines of the log, for a node that has ended. */
    synchronized String lastWords(int lines) {
        ManagedProcess ended = running();
        int code = ended.awaitExit(Duration.ofSeconds(1));
        String tail = Tail.of(ended.outputTail(), lines).indent(4).stripTrailing();
        return "exit code "
                + code
                + (tail.isBlank() ? ", no output" : ", its last output:\n" + tail);
    }

    private boolean alive() {
        return process != null && process.isAlive();
    }

    private ManagedProcess running() {
        if (process == null) {
            throw new IllegalStateException(id + " was never started");
        }
        return process;
    }

    private DemoException failed(String what) {
        return new DemoException(Kind.FAILED, "node " + id + " " + what, "");
    }

    @Override
    public synchronized void close() {
        state = State.DOWN;
        if (process != null) {
            process.close();
        }
    }
}
