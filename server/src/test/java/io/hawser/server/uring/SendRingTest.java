package io.hawser.server.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends of the kernel's io_uring to real sockets. */
@Timeout(60)
class SendRingTest {
    private static final int EPIPE = -32;
    private static final MemorySegment EVEN = constant("evens");
    private static final MemorySegment ODD = constant("odds!");

    private final IoUring uring = IoUring.probe(true);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Socket> peers = new ArrayList<>();
    private final List<SocketChannel> sockets = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    private void connect(int count) throws IOException {
        ServerSocket server = new ServerSocket(0, count, InetAddress.getLoopbackAddress());
        open.add(server);
        for (int i = 0; i < count; i++) {
            SocketChannel socket = SocketChannel.open(server.getLocalSocketAddress());
            open.add(socket);
            socket.configureBlocking(false);
            sockets.add(socket);
            Socket peer = server.accept();
            open.add(peer);
            peers.add(peer);
        }
    }

    private SendRing ring() {
        SendRing ring = uring.open();
        Assumptions.assumeTrue(ring != null, "no io_uring here: the log says why");
        open.add(ring);
        return ring;
    }

    private int descriptor(int socket) {
        return uring.descriptor(sockets.get(socket));
    }

    @Test
    void eachSocketGetsItsOwnBytesAgainAndAgain() throws Exception {
        SendRing ring = ring();
        int count = 10;
        connect(count);
        int rounds = 3 * ring.capacity(); // around the ring and around
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++) {
                MemorySegment bytes = i % 2 == 0 ? EVEN : ODD;
                ring.add(descriptor(i), bytes.address(), (int) bytes.byteSize() - i / 2);
            }
            assertThat(ring.submit()).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                int bytes = 5 - i / 2;
                assertThat(ring.result(i)).isEqualTo(bytes);
                assertThat(read(i, bytes))
                        .isEqualTo((i % 2 == 0 ? "evens" : "odds!").substring(0, bytes));
            }
        }
    }

    private String read(int peer, int bytes) throws IOException {
        return new String(
                peers.get(peer).getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static MemorySegment constant(String text) {
        return Arena.global()
                .allocateFrom(text, StandardCharsets.US_ASCII)
                .asSlice(0, text.length());
    }

    @Test
    void aFullRingSendsAllAndIsEmptyThen() throws Exception {
        SendRing ring = ring();
        connect(1);
        for (int round = 0; round < 3; round++) {
            int added = 0;
            while (!ring.isFull()) {
                ring.add(descriptor(0), EVEN.address(), 5);
                added++;
            }
            assertThat(added).isEqualTo(ring.capacity());
            assertThat(ring.submit()).isEqualTo(added);
            assertThat(ring.isFull()).isFalse();
            assertThat(read(0, 5 * added)).isEqualTo("evens".repeat(added));
        }
    }

    @Test
    void aSocketThatTakesNoMoreIsToldAndTheOthersGetTheirs() throws Exception {
        SendRing ring = ring();
        connect(2);
        MemorySegment much = constant("x".repeat(1 << 20));
        long taken = 0;
        int result;
        do {
            ring.add(descriptor(0), much.address(), 1 << 20);
            ring.add(descriptor(1), EVEN.address(), 5);
            ring.submit();
            result = ring.result(0);
            taken += Math.max(0, result);
            assertThat(ring.result(1)).isEqualTo(5);
            assertThat(read(1, 5)).isEqualTo("evens");
        } while (result == 1 << 20);
        while (result > 0) {
            ring.add(descriptor(0), much.address(), 1 << 20);
            ring.submit();
            result = ring.result(0);
            taken += Math.max(0, result);
        }
        assertThat(result).isEqualTo(SendRing.WOULD_BLOCK);
        assertThat(peers.getFirst().getInputStream().readNBytes((int) taken)).hasSize((int) taken);
    }

    @Test
    void aSocketThatIsShutIsToldAndTheOthersGetTheirs() throws Exception {
        SendRing ring = ring();
        connect(2);
        sockets.getFirst().shutdownOutput();
        ring.add(descriptor(0), EVEN.address(), 5);
        ring.add(descriptor(1), ODD.address(), 5);
        ring.submit();
        assertThat(ring.result(0)).isEqualTo(EPIPE);
        assertThat(ring.result(1)).isEqualTo(5);
        assertThat(read(1, 5)).isEqualTo("odds!");
    }

    @Test
    void piecesLeaveAsOneInTheirOrder() throws Exception {
        SendRing ring = ring();
        connect(3);
        for (int round = 0; round < ring.capacity(); round++) {
            assertThat(ring.piece(EVEN.address(), 4)).isTrue();
            assertThat(ring.piece(ODD.address(), 5)).isTrue();
            ring.addPieces(descriptor(0));
            ring.add(descriptor(1), EVEN.address(), 5);
            assertThat(ring.piece(EVEN.address(), 3)).isTrue();
            ring.forgetPieces();
            assertThat(ring.piece(ODD.address(), 4)).isTrue();
            assertThat(ring.piece(EVEN.address(), 5)).isTrue();
            assertThat(ring.piece(EVEN.address(), 1)).isTrue();
            ring.addPieces(descriptor(2));
            assertThat(ring.submit()).isEqualTo(3);
            assertThat(List.of(ring.result(0), ring.result(1), ring.result(2)))
                    .containsExactly(9, 5, 10);
            assertThat(read(0, 9)).isEqualTo("evenodds!");
            assertThat(read(1, 5)).isEqualTo("evens");
            assertThat(read(2, 10)).isEqualTo("oddsevense");
        }
    }

    @Test
    void aSendTakesSoManyPiecesAndAFullRingAsManySends() throws Exception {
        SendRing ring = ring();
        connect(1);
        while (!ring.isFull()) {
            int pieces = 0;
            while (ring.piece(EVEN.address(), 1)) {
                pieces++;
            }
            assertThat(pieces).isEqualTo(SendRing.MAX_PIECES);
            ring.addPieces(descriptor(0));
        }
        int bytes = ring.submit() * SendRing.MAX_PIECES;
        assertThat(bytes).isEqualTo(ring.capacity() * SendRing.MAX_PIECES);
        assertThat(read(0, bytes)).isEqualTo("e".repeat(bytes));
    }

    @Test
    void whatASocketTakesOfPiecesIsTold() throws Exception {
        SendRing ring = ring();
        connect(1);
        MemorySegment much = constant("x".repeat(1 << 20));
        int result;
        long taken = 0;
        do {
            ring.piece(much.address(), 1 << 20);
            ring.piece(much.address(), 1 << 20);
            ring.addPieces(descriptor(0));
            ring.submit();
            result = ring.result(0);
            taken += Math.max(0, result);
        } while (result > 0);
        assertThat(result).isEqualTo(SendRing.WOULD_BLOCK);
        assertThat(peers.getFirst().getInputStream().readNBytes((int) taken)).hasSize((int) taken);
    }

    @Test
    void whoDoesNotWantItHasNone() throws Exception {
        connect(1);
        IoUring off = IoUring.probe(false);
        assertThat(off.open()).isNull();
        assertThat(off.descriptor(sockets.getFirst())).isEqualTo(Descriptors.NONE);
    }
}
