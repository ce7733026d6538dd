package io.hawser.server;

import io.hawser.grid.pubsub.Payload;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket client that can send what no well-behaved client would (RFC 6455 frames by hand). Not
 * thread-safe. Reads wait half a minute at most: the machine may be busy.
 */
final class RawWebSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int READ_LIMIT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String head;

    /** One message from the server; a close frame has its code in the first two bytes. */
    record Frame(int opcode, Payload payload) {
        String text() {
            return payload.toString();
        }

        int closeCode() {
            return payload.size() < 2 ? 1005 : ByteBuffer.wrap(payload.bytes()).getShort() & 0xffff;
        }
    }

    /**
     * Asks for an upgrade; {@link #status} tells the answer.
     *
     * @param headers more lines of the request, each ending in CRLF
     */
    RawWebSocket(int port, String path, String headers) throws IOException {
        this(port, path, headers, 0);
    }

    /**
     * @param receiveBufferBytes what the kernel may hold that is not read yet; 0 for its default
     */
    RawWebSocket(int port, String path, String headers, int receiveBufferBytes) throws IOException {
        socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(READ_LIMIT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(
                ("GET "
                                + path
                                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                + port
                                + "\r\n"
                                + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                + headers
                                + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        head = readHead();
    }

    private String readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** The status line of the answer. */
    String status() {
        return head.split("\r\n", 2)[0];
    }

    /** The status line and headers of the answer. */
    String head() {
        return head;
    }

    /** The client's own port. */
    int localPort() {
        return socket.getLocalPort();
    }

    void text(String message) throws IOException {
        send(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends one whole message as one masked frame (the mask is zero). */
    void send(int opcode, byte[] payload) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
    }

    /** Sends bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** True if the server has ended the connection. */
    boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Vanishes without a word. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The next data or close frame. */
    Frame read() throws IOException {
        while (true) {
            Frame frame = readAny();
            if (frame.opcode == TEXT || frame.opcode == BINARY || frame.opcode == CLOSE) {
                return frame;
            }
        }
    }

    /** The next frame of any kind. */
    Frame readAny() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte() & 0x7f;
        long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        return new Frame(opcode, Payload.of(in.readNBytes((int) size)));
    }

    /** Reads on to the close frame and returns its code; 1006 if the socket ends without one. */
    int closeCode() throws IOException {
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode == CLOSE) {
                    return frame.closeCode();
                }
            }
        } catch (EOFException | SocketException e) {
            return 1006;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
