package io.hawser.server.uring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SocketChannel;

/**
 * Finds the file descriptors of sockets, which Java does not show. It has to be started with {@code
 * --add-opens java.base/sun.nio.ch=ALL-UNNAMED}, as Hazelcast asks for too. Thread-safe.
 */
public final class Descriptors {
    /** Of a socket that has none, or does not show it. */
    public static final int NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(Descriptors.class);

    private final MethodHandle descriptor;

    private Descriptors() throws ReflectiveOperationException {
        Class<?> internal = Class.forName("sun.nio.ch.SelChImpl");
        descriptor =
                MethodHandles.privateLookupIn(internal, MethodHandles.lookup())
                        .findVirtual(internal, "getFDVal", MethodType.methodType(int.class))
                        .asType(MethodType.methodType(int.class, SocketChannel.class));
    }

    /**
     * Looks for the way to them.
     *
     * @throws ReflectiveOperationException if this Java does not let us, with the reason
     */
    static Descriptors open() throws ReflectiveOperationException {
        return new Descriptors();
    }

    /** That of the socket; {@link #NONE} if it does not show it. */
    int of(SocketChannel socket) {
        try {
            return (int) descriptor.invokeExact(socket);
        } catch (Throwable e) {
            log.warn("a socket does not show its descriptor", e);
            return NONE;
        }
    }
}
