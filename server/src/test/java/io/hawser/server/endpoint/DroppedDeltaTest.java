package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.Selection;
import io.hawser.server.websocket.Frames;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deltas that wait behind more frames than one write takes, and are then dropped. */
class DroppedDeltaTest {
    private static final int MAX_QUEUE_BYTES = 20_000;

    /** Frames that one write takes, and some. */
    private static final int OTHERS = 70;

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
        for (int i = 0; i < OTHERS; i++) {
            attach(member, "other" + i, false);
        }
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

    private void publishToOthers() {
        for (int i = 0; i < OTHERS; i++) {
            publish("other" + i, 1, "[1]");
        }
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
        read(10);
        publishToOthers();
        publish("row", 2);
        io.runStep();
        crowd(MAX_QUEUE_BYTES - 6_500);
        crowd(6_000);
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
        read(10);
        publishToOthers();
        for (int i = 0; i < OTHERS; i++) {
            attach(other, "other" + i, false); // what is pending there becomes frames now
        }
        publish("row", 2);
        io.execute(() -> other.connection.detach("row"));
        attach(other, "row", true);
        publish("row", 3);
        io.runStep();
        int notOffered =
                (OTHERS - 64)
                        * frameBytes(new Publication(1, Payload.of("[1]"), null, Map.of(), 0));
        int free = MAX_QUEUE_BYTES - member.connection.waitingBytes();
        crowd(free + notOffered + 1 - crowdBytes(200) + 200);
        io.runStep();
        read(Integer.MAX_VALUE);
        io.runStep();
        publish("row", 4);
        io.runStep();

        assertThat(member.socket.closed()).isFalse();
        assertThat(row())
                .extracting(TestMember.Seen::offset, TestMember.Seen::delta)
                .containsExactly(tuple(1L, false), tuple(3L, false), tuple(4L, false));
    }

    private static int crowdBytes(int bytes) {
        String data = "[\"" + "x".repeat(bytes) + "\"]";
        return frameBytes(new Publication(2, Payload.of(data), null, Map.of(), 0));
    }

    /** On the wire, in the channel that the tests publish it to. */
    private static int frameBytes(Publication publication) {
        String channel = publication.offset() == 1 ? "other64" : "other0";
        int bytes =
                Codec.of(Encoding.JSON)
                        .encode(new Push.PublicationPush(channel, publication))
                        .size();
        return Frames.headBytes(bytes) + bytes;
    }
}
