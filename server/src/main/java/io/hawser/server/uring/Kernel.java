package io.hawser.server.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of the C library that io_uring needs. Thread-safe.
 *
 * <p>See io_uring_setup(2), io_uring_enter(2), mmap(2). The C library has no functions of its own
 * for the first two; their numbers are the same on all architectures that Linux has.
 */
@SuppressWarnings("restricted") // the launcher enables native access
final class Kernel {
    private static final long SETUP = 425;
    private static final long ENTER = 426;
    private static final int GET_EVENTS = 1;
    private static final int INTERRUPTED = 4;
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_SHARED_POPULATE = 0x01 | 0x8000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SETUP_CALL =
            call("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), 1);
    private static final MethodHandle ENTER_CALL =
            call(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                            JAVA_LONG),
                    1);
    private static final MethodHandle MMAP =
            call(
                    "mmap",
                    FunctionDescriptor.of(
                            ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                    -1);
    private static final MethodHandle MUNMAP =
            call("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG), -1);
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), -1);

    private Kernel() {}

    private static MethodHandle call(String name, FunctionDescriptor type, int firstVariadic) {
        MemorySegment address =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("no " + name));
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return firstVariadic < 0
                ? LINKER.downcallHandle(address, type, errno)
                : LINKER.downcallHandle(
                        address, type, errno, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** Room for what a call says when it fails. */
    static MemorySegment newCallState(Arena arena) {
        return arena.allocate(CAPTURED);
    }

    /**
     * Makes a ring.
     *
     * @param params {@code struct io_uring_params}
     * @return its descriptor
     * @throws IOException with the number of the error
     */
    static int setup(MemorySegment state, int entries, MemorySegment params) throws IOException {
        try {
            long descriptor = (long) SETUP_CALL.invokeExact(state, SETUP, entries, params);
            if (descriptor < 0) {
                throw failure("io_uring_setup", state);
            }
            return (int) descriptor;
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * Submits, and waits for what is done.
     *
     * @return how many were submitted; 0 if a signal came first
     * @throws IOException with the number of the error
     */
    static int enter(MemorySegment state, int ring, int submit, int await) throws IOException {
        try {
            long submitted =
                    (long)
                            ENTER_CALL.invokeExact(
                                    state,
                                    ENTER,
                                    ring,
                                    submit,
                                    await,
                                    GET_EVENTS,
                                    MemorySegment.NULL,
                                    0L);
            if (submitted >= 0) {
                return (int) submitted;
            }
            if (errno(state) == INTERRUPTED) {
                return 0;
            }
            throw failure("io_uring_enter", state);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * Maps memory that is shared with the kernel.
     *
     * @throws IOException with the number of the error
     */
    static MemorySegment map(MemorySegment state, int descriptor, long offset, long bytes)
            throws IOException {
        try {
            var mapped =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    state,
                                    MemorySegment.NULL,
                                    bytes,
                                    PROT_READ_WRITE,
                                    MAP_SHARED_POPULATE,
                                    descriptor,
                                    offset);
            if (mapped.address() == -1) {
                throw failure("mmap", state);
            }
            return mapped.reinterpret(bytes);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Unmaps what was mapped. */
    static void unmap(MemorySegment state, MemorySegment mapped) throws IOException {
        try {
            if ((int) MUNMAP.invokeExact(state, mapped, mapped.byteSize()) != 0) {
                throw failure("munmap", state);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Closes a descriptor. */
    static void close(MemorySegment state, int descriptor) throws IOException {
        try {
            if ((int) CLOSE.invokeExact(state, descriptor) != 0) {
                throw failure("close", state);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static IOException failure(String call, MemorySegment state) {
        return new IOException(call + " failed, errno " + errno(state));
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** An invoked handle declares everything; these functions throw nothing but what is here. */
    private static IOException unchecked(Throwable thrown) {
        return switch (thrown) {
            case IOException expected -> expected;
            case RuntimeException unexpected -> throw unexpected;
            case Error error -> throw error;
            default -> throw new IllegalStateException(thrown);
        };
    }
}
