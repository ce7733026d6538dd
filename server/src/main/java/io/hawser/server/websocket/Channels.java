package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SocketChannel;

/**
 * Finds the channel beneath a connection, which XNIO does not show. Thread-safe.
 *
 * <p>A read through XNIO that meets the end shuts the socket for reading, a system call more for
 * each of thousands who vanish together.
 */
final class Channels {
    private static final Logger log = LoggerFactory.getLogger(Channels.class);
    private static final String CONNECTION = "org.xnio.nio.NioSocketStreamConnection";

    private static final @Nullable Class<?> PLAIN = plain();
    private static final @Nullable MethodHandle CHANNEL = PLAIN == null ? null : channel(PLAIN);

    private Channels() {}

    private static @Nullable Class<?> plain() {
        try {
            return Class.forName(CONNECTION);
        } catch (ClassNotFoundException e) {
            log.info("another XNIO: sockets are read through it", e);
            return null;
        }
    }

    private static @Nullable MethodHandle channel(Class<?> plain) {
        try {
            return MethodHandles.privateLookupIn(plain, MethodHandles.lookup())
                    .findVirtual(plain, "getChannel", MethodType.methodType(SocketChannel.class))
                    .asType(MethodType.methodType(SocketChannel.class, StreamConnection.class));
        } catch (ReflectiveOperationException e) {
            log.info("another XNIO: sockets are read through it", e);
            return null;
        }
    }

    /** Null if it is not shown, or something else, such as TLS, is between. */
    static @Nullable SocketChannel of(StreamConnection connection) {
        if (PLAIN == null || CHANNEL == null || !PLAIN.isInstance(connection)) {
            return null;
        }
        try {
            return (SocketChannel) CHANNEL.invokeExact(connection);
        } catch (Throwable e) {
            throw new IllegalStateException("a getter that throws", e);
        }
    }
}
