package io.hawser.cli.bench;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import javax.net.ssl.SSLException;

/** A node's address, and the handshake with it. Immutable, thread-safe. */
final class Target {
    private static final String PATH = "/connection/websocket";
    private static final String KEY = "aGF3c2VyIGJlbmNoIGtleQ==";

    /** What RFC 6455, section 4.2.2, makes of the key. */
    static final byte[] ACCEPT = accept();

    private final InetSocketAddress address;
    private final @Nullable SslContext tls;
    private final byte[] request;

    private Target(InetSocketAddress address, @Nullable SslContext tls, byte[] request) {
        this.address = address;
        this.tls = tls;
        this.request = request;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Null for none. */
    @Nullable SslContext tls() {
        return tls;
    }

    /** The handshake, which is the same for all connections; not to be changed. */
    byte[] request() {
        return request;
    }

    private static byte[] accept() {
        try {
            String text = KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encode(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @throws BenchException if the host's name is not known
     */
    static Target of(URI url, Wire wire) {
        boolean secure = "wss".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        try {
            var address = new InetSocketAddress(InetAddress.getByName(url.getHost()), port);
            SslContext tls = secure ? SslContextBuilder.forClient().build() : null;
            byte[] request = request(url, wire).getBytes(StandardCharsets.US_ASCII);
            return new Target(address, tls, request);
        } catch (UnknownHostException e) {
            throw BenchException.unreachable("nobody knows the host " + url.getHost(), e);
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String request(URI url, Wire wire) {
        String path = url.getRawPath().isEmpty() ? PATH : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String subprotocol =
                wire.subprotocol().isEmpty()
                        ? ""
                        : "Sec-WebSocket-Protocol: " + wire.subprotocol() + "\r\n";
        return "GET "
                + path
                + query
                + " HTTP/1.1\r\nHost: "
                + url.getRawAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: "
                + KEY
                + "\r\n"
                + subprotocol
                + "\r\n";
    }
}
