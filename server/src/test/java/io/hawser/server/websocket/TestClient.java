package io.hawser.server.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A socket to send bytes by hand. Reads wait twenty seconds at most. Not thread-safe. */
final class TestClient implements AutoCloseable {
    /** A request without the empty line at its end. */
    static final String HANDSHAKE =
            """
            GET /ws HTTP/1.1
            Host: h
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """
                    .replace("\n", "\r\n");

    private static final int READ_LIMIT_MS = 20_000;

    final Socket socket;
    private final DataInputStream in;

    TestClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_LIMIT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** One with an open WebSocket. */
    static TestClient open(int port) throws IOException {
        var client = new TestClient(port);
        client.send(HANDSHAKE + "\r\n");
        String head = client.head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(head);
        }
        return client;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(ClientFrames frames) throws IOException {
        send(frames.bytes());
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The head of a response, with the empty line. */
    String head() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    String body(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** All that comes until the end; a reset counts as one. */
    String rest() throws IOException {
        var rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            rest.writeBytes(ClientFrames.utf8("(reset)"));
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next frame: its first byte as a number, a colon, its payload. */
    String frame() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        int size = length == 126 ? in.readUnsignedShort() : length;
        byte[] payload = in.readNBytes(size);
        if (first == (ClientFrames.FIN | ClientFrames.CLOSE) && size >= 2) {
            return "close " + (ByteBuffer.wrap(payload).getShort() & 0xffff);
        }
        return (first & 0x0f) + ":" + new String(payload, StandardCharsets.UTF_8);
    }

    /** True if the other side has ended the connection. */
    boolean isEnded() throws IOException {
        try {
            in.readUnsignedByte();
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
