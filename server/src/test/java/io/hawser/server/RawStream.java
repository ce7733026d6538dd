package io.hawser.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One HTTP request on a socket of its own, and its response, chunk by chunk as it comes. */
final class RawStream implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;
    private static final int SMALL_BUFFER_BYTES = 4 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final List<String> head = new ArrayList<>();
    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private boolean ended;

    private RawStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawStream get(int port, String target, String... headers) throws IOException {
        return send(port, "GET", target, new byte[0], headers);
    }

    static RawStream post(int port, String target, String body, String... headers)
            throws IOException {
        return send(port, "POST", target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Sends a request and reads the head of its response. */
    static RawStream send(int port, String method, String target, byte[] body, String... headers)
            throws IOException {
        return send(new Socket(), port, method, target, body, headers);
    }

    /** As {@link #post}, with a receive buffer that is soon full. */
    static RawStream slowPost(int port, String target, String body) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER_BYTES);
        return send(socket, port, "POST", target, body.getBytes(StandardCharsets.UTF_8));
    }

    private static RawStream send(
            Socket socket, int port, String method, String target, byte[] body, String... headers)
            throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(TIMEOUT_MS);
        var stream = new RawStream(socket);
        var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        request.append("Host: 127.0.0.1:").append(port).append("\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        if (!method.equals("GET")) {
            request.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        socket.getOutputStream().write(out.toByteArray());
        for (String line = stream.headLine(); !line.isEmpty(); line = stream.headLine()) {
            stream.head.add(line);
        }
        return stream;
    }

    private String headLine() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended within the head: " + head + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    int status() {
        return Integer.parseInt(head.getFirst().split(" ", 3)[1]);
    }

    /** A header's value, empty if it is not there. */
    String header(String name) {
        return head.stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The next part of a chunked response up to and including the delimiter, without it. */
    String next(String delimiter) throws IOException {
        while (!unread.toString(StandardCharsets.UTF_8).contains(delimiter)) {
            if (!readChunk()) {
                throw new IOException("the stream ended: " + unread);
            }
        }
        String all = unread.toString(StandardCharsets.UTF_8);
        int end = all.indexOf(delimiter);
        unread.reset();
        unread.writeBytes(all.substring(end + delimiter.length()).getBytes(StandardCharsets.UTF_8));
        return all.substring(0, end);
    }

    String line() throws IOException {
        return next("\n");
    }

    /** A server-sent event's data, which must be one line. */
    String event() throws IOException {
        String event = next("\n\n");
        if (!event.startsWith("data: ") || event.contains("\n")) {
            throw new IOException("not an event of one line: " + event);
        }
        return event.substring("data: ".length());
    }

    /** A message behind its length, which is below 128 bytes or takes two bytes. */
    byte[] delimited() throws IOException {
        int length = byteAt(0);
        int head = 1;
        if (length >= 128) {
            length = (length & 127) | byteAt(1) << 7;
            head = 2;
        }
        byteAt(head + length - 1);
        byte[] all = unread.toByteArray();
        byte[] message = new byte[length];
        System.arraycopy(all, head, message, 0, length);
        unread.reset();
        unread.write(all, head + length, all.length - head - length);
        return message;
    }

    private int byteAt(int index) throws IOException {
        while (unread.size() <= index) {
            if (!readChunk()) {
                throw new IOException("the stream ended");
            }
        }
        return unread.toByteArray()[index] & 0xff;
    }

    /** True if the response ends here, as HTTP wants it, with nothing more in it. */
    boolean endsHere() throws IOException {
        return unread.size() == 0 && !readChunk();
    }

    private boolean readChunk() throws IOException {
        if (ended) {
            return false;
        }
        int size = Integer.parseInt(headLine(), 16);
        unread.writeBytes(in.readNBytes(size));
        headLine();
        ended = size == 0;
        return !ended;
    }

    /** Says that nothing more will be sent; what comes is still read. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** True if the connection ends before the response does, and before three more chunks come. */
    boolean isCut() {
        try {
            for (int i = 0; i < 3 && readChunk(); i++) {
                unread.reset();
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The whole body of a response that tells its length. */
    String body() throws IOException {
        return new String(
                in.readNBytes(Integer.parseInt(header("Content-Length"))), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
