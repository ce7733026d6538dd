package io.hawser.server.uring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends to many sockets in one system call, by Linux's io_uring. Where system calls are dear, a
 * send costs half of what a write of its own does. Nothing waits for a socket: what it does not
 * take at once is told, as with a write that does not block. When {@link #submit} returns the
 * kernel needs none of the memory any more.
 *
 * <p>For the thread that made it alone. The descriptors are plain numbers: the caller sees to it
 * that none is closed before {@link #submit} returns.
 *
 * <p>See io_uring(7), io_uring_enter(2); {@code IORING_OP_SEND} is there since Linux 5.6.
 */
public final class SendRing implements AutoCloseable {
    /** The result of a socket that takes nothing now. */
    public static final int WOULD_BLOCK = -11;

    /** Sends that one system call makes at most. */
    private static final int CAPACITY = 256;

    /** Pieces of memory that one send takes at most. */
    public static final int MAX_PIECES = 16;

    private static final int NOT_A_SOCKET = -88;

    private static final Logger log = LoggerFactory.getLogger(SendRing.class);

    // struct io_uring_params: its size, and where the kernel says where its parts are
    private static final int PARAMS_BYTES = 120;
    private static final int SQ_ENTRIES = 0;
    private static final int CQ_ENTRIES = 4;
    private static final int FLAGS = 8;
    private static final int SQ_OFFSETS = 40;
    private static final int CQ_OFFSETS = 80;
    private static final int HEAD = 0;
    private static final int TAIL = 4;
    private static final int RING_MASK = 8;
    private static final int SQ_ARRAY = 24;
    private static final int CQ_ENTRIES_AT = 20;

    /** Only one thread submits, and completions come when it asks: since Linux 6.1. */
    private static final int SINGLE_ISSUER_DEFER_TASKRUN = 1 << 12 | 1 << 13;

    private static final long MAP_SQ_RING = 0;
    private static final long MAP_CQ_RING = 0x8000000L;
    private static final long MAP_ENTRIES = 0x10000000L;

    // struct io_uring_sqe
    private static final int SQE_BYTES = 64;
    private static final int SQE_FD = 4;
    private static final int SQE_ADDRESS = 16;
    private static final int SQE_LENGTH = 24;
    private static final int SQE_MSG_FLAGS = 28;
    private static final int SQE_USER_DATA = 32;
    private static final byte OP_SENDMSG = 9;
    private static final byte OP_SEND = 26;
    private static final int DONT_WAIT_NO_SIGNAL = 0x40 | 0x4000;

    // struct io_uring_cqe
    private static final int CQE_BYTES = 16;
    private static final int CQE_RESULT = 8;

    // struct msghdr and struct iovec where a long has 64 bits
    private static final int MSGHDR_BYTES = 56;
    private static final int MSGHDR_IOV = 16;
    private static final int MSGHDR_IOV_COUNT = 24;
    private static final int IOV_BYTES = 16;
    private static final int IOV_LENGTH = 8;

    private final MemorySegment callState;
    private final int descriptor;
    private final MemorySegment sqRing;
    private final MemorySegment cqRing;
    private final MemorySegment sqes;

    /** The same memory again: a buffer is cheaper to get at. */
    private final ByteBuffer submissions;

    private final ByteBuffer completions;
    private final ByteBuffer entries;

    private final int sqTail;
    private final int cqHead;
    private final int cqTail;
    private final int cqMask;
    private final int cqFirst;
    private final int sqMask;

    /** For each send a msghdr, which points to its iovecs. */
    private final MemorySegment headers;

    private final ByteBuffer headerBuffer;
    private final ByteBuffer pieceBuffer;

    private final int[] results = new int[CAPACITY];
    private int size;

    /** Of the send that is next. */
    private int pieces;

    private boolean closed;

    private SendRing(Arena arena) throws IOException {
        callState = Kernel.newCallState(arena);
        MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
        descriptor = setup(params);
        int sqArray = field(params, SQ_OFFSETS + SQ_ARRAY);
        int sqEntries = field(params, SQ_ENTRIES);
        cqFirst = field(params, CQ_OFFSETS + CQ_ENTRIES_AT);
        sqRing = map(MAP_SQ_RING, sqArray + (long) sqEntries * Integer.BYTES);
        cqRing = map(MAP_CQ_RING, cqFirst + (long) field(params, CQ_ENTRIES) * CQE_BYTES);
        sqes = map(MAP_ENTRIES, (long) sqEntries * SQE_BYTES);
        submissions = sqRing.asByteBuffer().order(ByteOrder.nativeOrder());
        completions = cqRing.asByteBuffer().order(ByteOrder.nativeOrder());
        entries = sqes.asByteBuffer().order(ByteOrder.nativeOrder());
        sqTail = field(params, SQ_OFFSETS + TAIL);
        sqMask = submissions.getInt(field(params, SQ_OFFSETS + RING_MASK));
        cqHead = field(params, CQ_OFFSETS + HEAD);
        cqTail = field(params, CQ_OFFSETS + TAIL);
        cqMask = completions.getInt(field(params, CQ_OFFSETS + RING_MASK));
        for (int i = 0; i < sqEntries; i++) {
            submissions.putInt(sqArray + i * Integer.BYTES, i);
            entries.putInt(i * SQE_BYTES + SQE_MSG_FLAGS, DONT_WAIT_NO_SIGNAL);
        }
        headers = arena.allocate((long) CAPACITY * MSGHDR_BYTES, Long.BYTES);
        headerBuffer = headers.asByteBuffer().order(ByteOrder.nativeOrder());
        MemorySegment iovs = arena.allocate((long) CAPACITY * MAX_PIECES * IOV_BYTES, Long.BYTES);
        pieceBuffer = iovs.asByteBuffer().order(ByteOrder.nativeOrder());
        for (int i = 0; i < CAPACITY; i++) {
            long first = iovs.address() + (long) i * MAX_PIECES * IOV_BYTES;
            headerBuffer.putLong(i * MSGHDR_BYTES + MSGHDR_IOV, first);
        }
    }

    private int setup(MemorySegment params) throws IOException {
        params.set(ValueLayout.JAVA_INT, FLAGS, SINGLE_ISSUER_DEFER_TASKRUN);
        try {
            return Kernel.setup(callState, CAPACITY, params);
        } catch (IOException e) {
            log.debug("io_uring without the flags of Linux 6.1", e);
            params.fill((byte) 0);
            return Kernel.setup(callState, CAPACITY, params);
        }
    }

    private static int field(MemorySegment params, long offset) {
        return params.get(ValueLayout.JAVA_INT, offset);
    }

    private MemorySegment map(long offset, long bytes) throws IOException {
        return Kernel.map(callState, descriptor, offset, bytes);
    }

    /**
     * Makes one, for the calling thread.
     *
     * @throws IOException if the kernel has no io_uring, or does not let this process use it
     */
    public static SendRing open() throws IOException {
        var ring = new SendRing(Arena.ofAuto());
        try {
            ring.probe();
            return ring;
        } catch (IOException e) {
            ring.close();
            throw e;
        }
    }

    /** The ring is no socket: a kernel that knows how to send says just that. */
    private void probe() throws IOException {
        add(descriptor, callState.address(), 0);
        submit();
        if (result(0) != NOT_A_SOCKET) {
            throw new IOException("io_uring does not send here, result " + result(0));
        }
    }

    /** How many one system call sends at most. */
    int capacity() {
        return CAPACITY;
    }

    /** Whether nothing more can be added before {@link #submit}. */
    public boolean isFull() {
        return size == CAPACITY;
    }

    /**
     * Adds a send, if it is not {@link #isFull full}.
     *
     * @param socket its descriptor
     * @param address of memory outside of the heap
     * @param bytes from there on
     */
    public void add(int socket, long address, int bytes) {
        add(OP_SEND, socket, address, bytes);
    }

    private void add(byte operation, int socket, long address, int length) {
        int index = submissions.getInt(sqTail) + size & sqMask;
        int entry = index * SQE_BYTES;
        entries.put(entry, operation);
        entries.putInt(entry + SQE_FD, socket);
        entries.putLong(entry + SQE_ADDRESS, address);
        entries.putInt(entry + SQE_LENGTH, length);
        entries.putLong(entry + SQE_USER_DATA, size);
        size++;
        pieces = 0;
    }

    /**
     * Prepares a piece of the next send, if the ring is not {@link #isFull full}: {@link
     * #addPieces} adds it.
     *
     * @param address of memory outside of the heap
     * @param bytes from there on
     * @return false if it is one too many, {@link #MAX_PIECES}: {@link #forgetPieces} is due then
     */
    public boolean piece(long address, int bytes) {
        if (pieces == MAX_PIECES) {
            return false;
        }
        int iov = (size * MAX_PIECES + pieces) * IOV_BYTES;
        pieceBuffer.putLong(iov, address);
        pieceBuffer.putLong(iov + IOV_LENGTH, bytes);
        pieces++;
        return true;
    }

    /** Adds a send of the pieces, in their order. */
    public void addPieces(int socket) {
        int header = size * MSGHDR_BYTES;
        headerBuffer.putLong(header + MSGHDR_IOV_COUNT, pieces);
        add(OP_SENDMSG, socket, headers.address() + header, 1);
    }

    /** There are no pieces of the next send any more. */
    public void forgetPieces() {
        pieces = 0;
    }

    /**
     * Sends all that was added; their {@link #result results} are there afterwards.
     *
     * @return how many there were
     * @throws IOException if the kernel refuses; nothing is known of the sends then, and the ring
     *     cannot be used any more
     */
    public int submit() throws IOException {
        int count = size;
        size = 0;
        submissions.putInt(sqTail, submissions.getInt(sqTail) + count);
        int left = count;
        int done = 0;
        while (done < count) {
            left -= Kernel.enter(callState, descriptor, left, count - done);
            done += takeResults();
        }
        return count;
    }

    private int takeResults() {
        int head = completions.getInt(cqHead);
        int tail = completions.getInt(cqTail);
        for (int i = head; i != tail; i++) {
            int entry = cqFirst + (i & cqMask) * CQE_BYTES;
            results[(int) completions.getLong(entry)] = completions.getInt(entry + CQE_RESULT);
        }
        completions.putInt(cqHead, tail);
        return tail - head;
    }

    /**
     * What became of a send.
     *
     * @param index in the order in which they were added, from 0
     * @return how many bytes the socket took, or less than 0: {@link #WOULD_BLOCK}, or the negative
     *     number of another error, after which the socket is of no use
     */
    public int result(int index) {
        return results[index];
    }

    /** Frees the ring. Again does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Kernel.close(callState, descriptor);
            for (MemorySegment mapped : new MemorySegment[] {sqes, cqRing, sqRing}) {
                Kernel.unmap(callState, mapped);
            }
        } catch (IOException e) {
            log.warn("an io_uring could not be freed", e);
        }
    }
}
