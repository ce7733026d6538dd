package io.hawser.cli.demo;

import io.hawser.cli.demo.DemoException.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The running demo's control socket: a command comes in one line, a verdict and an explanation go
 * back. A Unix socket in a directory that only the user can enter, so it needs no key. Commands are
 * carried out one after the other. Thread-safe.
 */
final class Control implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Control.class);
    private static final String SOCKET = "demo.sock";

    private final ServerSocketChannel server;
    private final Path socket;
    private final Function<String, Answer> commands;
    private final Thread thread;

    /**
     * What became of a command.
     *
     * @param verdict {@code OK}, or the {@link Kind} of trouble
     * @param text for people; more than one line is possible
     */
    record Answer(String verdict, String text) {
        static Answer ok(String text) {
            return new Answer("OK", text);
        }

        static Answer trouble(DemoException trouble) {
            String advice = trouble.advice().isEmpty() ? "" : "\n" + trouble.advice();
            return new Answer(trouble.kind().name(), trouble.getMessage() + advice);
        }
    }

    private Control(ServerSocketChannel server, Path socket, Function<String, Answer> commands) {
        this.server = server;
        this.socket = socket;
        this.commands = commands;
        this.thread = Thread.ofVirtual().name("demo-control").unstarted(this::serve);
    }

    /**
     * Opens the socket.
     *
     * @throws DemoException if another demo has it
     */
    static Control open(Path runDirectory, Function<String, Answer> commands) {
        Path socket = runDirectory.resolve(SOCKET);
        if (answers(socket)) {
            throw new DemoException(
                    Kind.FAILED,
                    "a demo is running already",
                    "Stop it with Ctrl-C in its terminal first.");
        }
        try {
            Files.deleteIfExists(socket); // left by a demo that was killed
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            var control = new Control(server, socket, commands);
            control.thread.start();
            return control;
        } catch (IOException e) {
            throw new DemoException(Kind.FAILED, "cannot open " + socket + ": " + e, "", e);
        }
    }

    /**
     * Sends a command to the running demo and returns what it says.
     *
     * @throws DemoException if none runs, or it could not do it
     */
    static String send(Path runDirectory, String command) {
        Path socket = runDirectory.resolve(SOCKET);
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            writer(channel).append(command).append('\n').flush();
            BufferedReader reader = reader(channel);
            String verdict = reader.readLine();
            String text = reader.lines().collect(Collectors.joining("\n"));
            return said(verdict == null ? "" : verdict, text);
        } catch (IOException e) {
            throw notRunning(e);
        }
    }

    private static String said(String verdict, String text) {
        if (verdict.equals("OK")) {
            return text;
        }
        if (verdict.isEmpty()) {
            throw new DemoException(Kind.FAILED, "the demo went away before it answered", "");
        }
        String[] parts = text.split("\n", 2);
        throw new DemoException(Kind.valueOf(verdict), parts[0], parts.length == 1 ? "" : parts[1]);
    }

    private static DemoException notRunning(IOException cause) {
        return new DemoException(
                Kind.NOT_RUNNING,
                "no demo of this user is running",
                "Start one with: hawser demo",
                cause);
    }

    private static boolean answers(Path socket) {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException nobodyThere) {
            return false;
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel caller = server.accept()) {
                serve(caller);
            } catch (IOException e) {
                // Closed, and the loop ends; or the caller has gone, but its command is done.
                log.atDebug().setCause(e).log("demo.control.closed");
            }
        }
    }

    private void serve(SocketChannel caller) throws IOException {
        String command = reader(caller).readLine();
        if (command != null) {
            Answer answer = commands.apply(command);
            writer(caller).append(answer.verdict() + "\n" + answer.text()).flush();
        }
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    private static BufferedWriter writer(SocketChannel channel) {
        return new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new DemoException(Kind.FAILED, "cannot remove " + socket + ": " + e, "", e);
        }
    }
}
