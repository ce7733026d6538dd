package io.hawser.server.uring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SocketChannel;

/**
 * Finds the file descriptors of sockets, which neither XNIO nor Java shows. Java has to be started
 * with {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}, as Hazelcast asks for too.
 * Thread-safe.
 */
public final class Descriptors {
    /** Of a connection that has none, or does not show it. */
    public static final int NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(Descriptors.class);

    private static final String CONNECTION = "org.xnio.nio.NioSocketStreamConnection";

    /** From a connection that writes straight to its socket: to its descriptor. */
    private final Class<?> connections;

    private final MethodHandle descriptor;

    private Descriptors() throws ReflectiveOperationException {
        MethodHandles.Lookup own = MethodHandles.lookup();
        connections = Class.forName(CONNECTION);
        MethodHandle channel =
                MethodHandles.privateLookupIn(connections, own)
                        .findVirtual(
                                connections,
                                "getChannel",
                                MethodType.methodType(SocketChannel.class));
        Class<?> internal = Class.forName("sun.nio.ch.SelChImpl");
        MethodHandle number =
                MethodHandles.privateLookupIn(internal, own)
                        .findVirtual(internal, "getFDVal", MethodType.methodType(int.class));
        descriptor =
                MethodHandles.filterReturnValue(
                                channel,
                                number.asType(
                                        MethodType.methodType(int.class, SocketChannel.class)))
                        .asType(MethodType.methodType(int.class, StreamConnection.class));
    }

    /**
     * Looks for the way to them.
     *
     * @throws ReflectiveOperationException if this Java or XNIO does not let us, with the reason
     */
    public static Descriptors open() throws ReflectiveOperationException {
        return new Descriptors();
    }

    /**
     * That of the connection's socket; {@link #NONE} if something else, such as TLS, is between.
     */
    public int of(StreamConnection connection) {
        if (!connections.isInstance(connection)) {
            return NONE;
        }
        try {
            return (int) descriptor.invokeExact(connection);
        } catch (Throwable e) {
            log.warn("a socket does not show its descriptor", e);
            return NONE;
        }
    }
}
