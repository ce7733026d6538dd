package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.Selection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deltas whose base may be, or has been, dropped. */
class DroppedDeltaTest {
    private static final int MAX_QUEUE_BYTES = 20_000;

    private static final String TEXT = "a text that is long enough ".repeat(10);
    private static final ChannelOptions OPTIONS =
            ConfigLoader.load(
                            Optional.empty(),
                            Map.of(),
                            List.of(
                                    "channel.history_size=10",
                                    "channel.history_ttl=60s",
                                    "channel.slow_consumer=drop_oldest",
                                    "channel.delta=true"))
                    .channel();

    private final TestLoop io = TestLoop.start(MAX_QUEUE_BYTES);
    private final TestMember member =
            new TestMember("slow", Encoding.JSON, Integer.MAX_VALUE, io.loop());
    private final TestMember other =
            new TestMember("other", Encoding.JSON, Integer.MAX_VALUE, io.loop());

    @BeforeEach
    void subscribe() throws Exception {
        attach(member, "row", true);
        attach(other, "row", true);
        attach(member, "other0", false);
        io.runStep();
        publish("row", 1);
        io.runStep();
    }

    @AfterEach
    void close() {
        io.close();
    }

    private void attach(TestMember to, String channel, boolean delta) {
        to.delta.put(channel, delta);
        var selection = new Selection(false, delta, null);
        io.execute(() -> to.connection.attach(channel, OPTIONS, selection));
    }

    private void publish(String channel, long offset) {
        publish(channel, offset, "[\"" + TEXT + "\"," + offset + "]");
    }

    private void publish(String channel, long offset, String data) {
        io.publish(channel, new Publication(offset, Payload.of(data), null, Map.of(), 0));
    }

    private void read(long bytes) {
        io.execute(
                () -> {
                    if (member.socket.read(bytes)) {
                        member.connection.writable();
                    }
                });
    }

    /** Has {@code bytes} come, so that what waits goes beyond the limit. */
    private void crowd(int bytes) {
        publish("other0", 2, "[\"" + "x".repeat(bytes) + "\"]");
    }

    private List<TestMember.Seen> row() throws Exception {
        return member.read().getOrDefault("row", List.of());
    }

    @Test
    void afterOneThatWasDroppedTheNextIsWhole() throws Exception {
        read(10); // of another channel's frame, which is begun
        publish("other0", 1, "[1]");
        publish("row", 2);
        io.runStep();
        crowd(MAX_QUEUE_BYTES - 100);
        crowd(MAX_QUEUE_BYTES - 100);
        io.runStep();
        read(Integer.MAX_VALUE);
        io.runStep();
        publish("row", 3);
        publish("row", 4);
        io.runStep();

        assertThat(member.socket.closed()).isFalse();
        assertThat(row())
                .extracting(TestMember.Seen::offset, TestMember.Seen::delta)
                .containsExactly(tuple(1L, false), tuple(3L, false), tuple(4L, true));
        assertThat(other.read().getOrDefault("row", List.of()))
                .extracting(TestMember.Seen::offset, TestMember.Seen::delta)
                .containsExactly(
                        tuple(1L, false), tuple(2L, true), tuple(3L, true), tuple(4L, true));
    }

    @Test
    void theSecondFrameOfABatchDoesNotBuildOnTheFirst() throws Exception {
        publish("row", 2);
        io.execute(() -> other.connection.detach("row")); // what is pending becomes a frame now
        attach(other, "row", true);
        publish("row", 3);
        io.runStep();

        assertThat(row())
                .extracting(TestMember.Seen::offset, TestMember.Seen::delta)
                .containsExactly(tuple(1L, false), tuple(2L, true), tuple(3L, false));
    }
}
