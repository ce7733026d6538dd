package io.hawser.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket server in the place of a node, with one channel and one fault: the tenth message to
 * its first subscriber is lost, comes twice, or comes after the eleventh.
 */
final class FaultyNode implements AutoCloseable {
    private static final int FAULT_AT = 10;
    private static final Pattern COMMAND =
            Pattern.compile("\\{\"id\":(\\d+),\"(\\w+)\":\\{.*?(\"data\":(\\{.*}))?}}");

    private final Fault fault;
    private final ServerSocket server;
    private final List<Client> subscribers = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** What goes wrong. */
    enum Fault {
        NONE,
        DROP,
        DOUBLE,
        SWAP,
        /** Every publish is answered with an error. */
        REFUSE,
        /** From the tenth message on, publishes are delivered and not answered. */
        MUTE,
        /** The first subscriber's connection ends. */
        CLOSE,
        /** Every handshake is answered with 503. */
        BUSY
    }

    /** One connection; what it gets is counted. */
    private static final class Client {
        final OutputStream out;
        int sent;
        String held = "";

        Client(OutputStream out) {
            this.out = out;
        }

        synchronized void send(String text) throws IOException {
            byte[] payload = text.getBytes(UTF_8);
            out.write(0x81);
            if (payload.length < 126) {
                out.write(payload.length);
            } else {
                out.write(new byte[] {126, (byte) (payload.length >> 8), (byte) payload.length});
            }
            out.write(payload);
            out.flush();
        }
    }

    FaultyNode(Fault fault) {
        this.fault = fault;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/connection/websocket");
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            while (!line(in).isEmpty()) {
                // The handshake's fields; the bench always sends the same key.
            }
            if (fault == Fault.BUSY) {
                out.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                return;
            }
            out.write(
                    ("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                                    + new String(Target.ACCEPT, US_ASCII)
                                    + "\r\n\r\n")
                            .getBytes(US_ASCII));
            var client = new Client(out);
            while (true) {
                for (String command : frame(in).split("\n", -1)) {
                    handle(client, command);
                }
            }
        } catch (IOException e) {
            sockets.remove(socket); // the bench has left, which is how every test ends
        }
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().trim();
    }

    private static String frame(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte() & 0xf;
        int length = in.readUnsignedByte() & 0x7f;
        length = length == 126 ? in.readUnsignedShort() : length;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        if (opcode == ClientFrame.CLOSE) {
            throw new IOException("closed");
        }
        return new String(payload, UTF_8);
    }

    private void handle(Client client, String command) throws IOException {
        Matcher parsed = COMMAND.matcher(command);
        if (!parsed.matches()) {
            throw new IllegalArgumentException(command);
        }
        String id = parsed.group(1);
        switch (parsed.group(2)) {
            case "connect" -> client.send("{\"id\":" + id + ",\"connect\":{\"ping\":25}}");
            case "subscribe" -> {
                subscribers.add(client);
                client.send("{\"id\":" + id + ",\"subscribe\":{}}");
            }
            default -> publish(client, id, parsed.group(4));
        }
    }

    private synchronized void publish(Client from, String id, String data) throws IOException {
        if (fault == Fault.REFUSE) {
            from.send("{\"id\":" + id + ",\"error\":{\"code\":103,\"message\":\"no\"}}");
            return;
        }
        String push = "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":" + data + "}}}";
        Client first = subscribers.getFirst();
        for (Client each : subscribers) {
            deliver(each, push, each.equals(first));
        }
        if (fault != Fault.MUTE || subscribers.getFirst().sent < FAULT_AT) {
            from.send("{\"id\":" + id + ",\"publish\":{}}");
        }
    }

    private void deliver(Client to, String push, boolean faulty) throws IOException {
        to.sent++;
        if (!faulty || to.sent < FAULT_AT || to.sent > FAULT_AT + 1) {
            to.send(push);
        } else if (to.sent == FAULT_AT) {
            switch (fault) {
                case DROP -> {}
                case DOUBLE -> to.send(push + "\n" + push);
                case SWAP -> to.held = "\n" + push;
                case CLOSE -> {
                    subscribers.remove(to); // before anything more is written to it
                    to.out.close();
                }
                case NONE, REFUSE, MUTE, BUSY -> to.send(push);
            }
        } else {
            to.send(push + to.held);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
