package io.hawser.server.uring;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Whether this process uses io_uring, and the way to it. Thread-safe. */
public final class IoUring {
    /** Does without it. */
    public static final IoUring OFF = new IoUring(null);

    private static final Logger log = LoggerFactory.getLogger(IoUring.class);

    private final @Nullable Descriptors descriptors;

    private IoUring(@Nullable Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /**
     * Tries whether it can be used, and logs what was found. Where it cannot, each socket is
     * written to on its own, which is slower and otherwise the same.
     *
     * @param wanted false: it is not tried
     */
    public static IoUring probe(boolean wanted) {
        if (!wanted) {
            return OFF;
        }
        try (SendRing works = SendRing.open()) {
            var found = new IoUring(Descriptors.open());
            log.info("io_uring is used, {} sends in a system call at most", works.capacity());
            return found;
        } catch (IOException
                | ReflectiveOperationException
                | RuntimeException
                | ExceptionInInitializerError e) {
            log.info("io_uring is not used, each send is a system call of its own: {}", reason(e));
            return OFF;
        }
    }

    private static String reason(Throwable e) {
        return e instanceof ExceptionInInitializerError && e.getCause() != null
                ? e.getCause().toString()
                : e.toString();
    }

    /** A ring for the calling thread; null if io_uring is not used. */
    public @Nullable SendRing open() {
        if (descriptors == null) {
            return null;
        }
        try {
            return SendRing.open();
        } catch (IOException e) {
            log.warn("an I/O thread does without io_uring", e);
            return null;
        }
    }

    /**
     * The descriptor of a socket, for a {@link SendRing}.
     *
     * @return {@link Descriptors#NONE} if io_uring is not used
     */
    public int descriptor(SocketChannel socket) {
        return descriptors == null ? Descriptors.NONE : descriptors.of(socket);
    }
}
