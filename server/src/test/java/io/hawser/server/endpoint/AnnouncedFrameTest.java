package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.Selection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Slow clients of channels that keep only the latest, where a socket fixes the length of what it is
 * offered, as a chunked response does.
 */
class AnnouncedFrameTest {
    private static final ChannelOptions LATEST =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of("channel.slow_consumer=latest"))
                    .channel();

    private final TestLoop io = TestLoop.start(1 << 20);

    @AfterEach
    void close() {
        io.close();
    }

    private ClientConnection subscribed(TestSocket socket) {
        var connection =
                new ClientConnection(
                        "slow",
                        "127.0.0.1",
                        WireForm.of(Codec.of(Encoding.JSON), false),
                        socket,
                        io.loop(),
                        false);
        io.execute(() -> connection.attach("c", LATEST, Selection.all(false)));
        return connection;
    }

    private void publish(int from, int to) {
        for (int i = from; i <= to; i++) {
            Payload data = Payload.of("\"number-" + i + "\"");
            io.publish("c", new Publication(0, data, null, Map.of(), 0));
        }
    }

    private static String sent(TestSocket socket) {
        return new String(socket.bytes(), StandardCharsets.ISO_8859_1);
    }

    private void readAll(TestSocket socket, ClientConnection connection) throws Exception {
        io.execute(
                () -> {
                    assertThat(socket.read(1 << 20)).isTrue();
                    connection.writable();
                });
        io.runStep();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatWasOfferedFirstIsSentThoughNewerCame(int first) throws Exception {
        var socket = TestSocket.announcing(0);
        ClientConnection connection = subscribed(socket);
        publish(1, first);
        io.runStep();
        publish(first + 1, 8);
        io.runStep();
        publish(9, 9);
        io.runStep();
        readAll(socket, connection);
        assertThat(sent(socket)).containsSubsequence("number-1", "number-9");
        assertThat(sent(socket)).doesNotContain("number-4", "number-8");
    }

    @Test
    void elsewhereItIsDropped() throws Exception {
        var socket = new TestSocket(0);
        ClientConnection connection = subscribed(socket);
        publish(1, 1);
        io.runStep();
        publish(2, 9);
        io.runStep();
        readAll(socket, connection);
        assertThat(sent(socket)).contains("number-9").doesNotContain("number-1", "number-8");
    }
}
