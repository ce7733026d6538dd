package io.hawser.server.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What an upgrade request is answered with. Thread-safe. */
final class UpgradeResponse {
    /** RFC 6455, 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Never used itself, so that any thread may clone it: looking one up costs as much again. */
    private static final MessageDigest SHA1 = newSha1();

    private UpgradeResponse() {}

    /**
     * @param subprotocol the one chosen, empty for none
     * @param cookie to be set, empty for none
     */
    static byte[] accepted(String key, String subprotocol, String cookie) {
        String chosen =
                subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
        String set = cookie.isEmpty() ? "" : "Set-Cookie: " + cookie + "\r\n";
        return ascii(
                "HTTP/1.1 101 Switching Protocols\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + accept(key)
                        + "\r\n"
                        + chosen
                        + set
                        + "\r\n");
    }

    static byte[] refused(Refusal refusal) {
        byte[] body = refusal.why().getBytes(StandardCharsets.UTF_8);
        String retry =
                refusal.retryAfterSeconds() > 0
                        ? "Retry-After: " + refusal.retryAfterSeconds() + "\r\n"
                        : "";
        byte[] head =
                ascii(
                        "HTTP/1.1 "
                                + refusal.status()
                                + " "
                                + refusal.phrase()
                                + "\r\n"
                                + retry
                                + "Content-Type: text/plain; charset=utf-8\r\n"
                                + "Content-Length: "
                                + body.length
                                + "\r\nConnection: close\r\n\r\n");
        byte[] response = new byte[head.length + body.length];
        System.arraycopy(head, 0, response, 0, head.length);
        System.arraycopy(body, 0, response, head.length, body.length);
        return response;
    }

    static String accept(String key) {
        return Base64.getEncoder().encodeToString(sha1(ascii(key + GUID)));
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return ((MessageDigest) SHA1.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-1 cannot be cloned", e);
        }
    }

    private static MessageDigest newSha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
