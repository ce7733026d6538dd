package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.Encoding;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** A connection whose client does not answer the close. */
class ClosingConnectionTest {
    private final TestLoop io = TestLoop.start(1 << 20);
    private final TestSocket socket = new TestSocket(1 << 20);
    private final ClientConnection connection =
            new ClientConnection(
                    "closing",
                    "127.0.0.1",
                    WireForm.of(Codec.of(Encoding.JSON), false),
                    socket,
                    io.loop(),
                    false);

    @AfterEach
    void close() {
        io.close();
    }

    @Test
    void aClockThatIsSetNeitherHastensNorDelaysItsEnd() throws Exception {
        long nowMs = System.currentTimeMillis();
        long begunNanos = System.nanoTime();
        long hourMs = TimeUnit.HOURS.toMillis(1);
        io.execute(() -> connection.close(Disconnect.FORCE_DISCONNECT));
        io.execute(() -> connection.tick(nowMs + hourMs, begunNanos));
        io.runStep();
        assertThat(socket.terminated()).isFalse();
        long later = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
        io.execute(() -> connection.tick(nowMs - hourMs, later));
        io.runStep();
        assertThat(socket.terminated()).isTrue();
    }
}
