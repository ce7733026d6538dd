package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Framing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What the writer makes, read back by a reader of its own. */
class FrameWriterTest {
    private static final int FRAME_BYTES = 64 * 1024;

    private final FrameWriter writer = new FrameWriter(new Arena());

    /** Payloads of the frames; fails if anything is left over, or the type is not the codec's. */
    private static List<byte[]> payloads(Frame frame, WireForm form) {
        ByteBuffer in = frame.from(0);
        assertThat(in.remaining()).isEqualTo(frame.size());
        List<byte[]> payloads = new ArrayList<>();
        while (in.hasRemaining()) {
            assertThat(in.get() & 0xff).isEqualTo(form.codec().encoding().text() ? 0x81 : 0x82);
            int length = in.get();
            assertThat(length).as("not masked").isNotNegative();
            if (length == 126) {
                length = in.getShort() & 0xffff;
            } else if (length == 127) {
                length = (int) in.getLong();
            }
            byte[] payload = new byte[length];
            in.get(payload);
            payloads.add(payload);
        }
        return payloads;
    }

    private static List<EncodedMessage> messages(WireForm form, int... sizes) {
        List<EncodedMessage> messages = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            byte[] bytes = new byte[sizes[i]];
            Arrays.fill(bytes, (byte) ('a' + i % 26));
            messages.add(new EncodedMessage(form.codec().encoding(), bytes));
        }
        return messages;
    }

    private static WireForm form(Encoding encoding, boolean unidirectional) {
        return WireForm.of(Codec.of(encoding), unidirectional);
    }

    @ParameterizedTest
    @EnumSource
    void oneFrameHoldsAllThatTheFramingJoins(Encoding encoding) {
        WireForm form = form(encoding, false);
        List<EncodedMessage> messages = messages(form, 1, 200, 3);

        assertThat(payloads(writer.write(form, messages), form))
                .containsExactly(form.framing().join(messages));
    }

    @ParameterizedTest
    @EnumSource
    void aUnidirectionalClientGetsAFrameAMessage(Encoding encoding) {
        WireForm form = form(encoding, true);
        assertThat(form.framing()).isEqualTo(Framing.SINGLE);
        List<EncodedMessage> messages = messages(form, 1, 126, 65_536, 2);

        assertThat(payloads(writer.write(form, messages), form))
                .containsExactlyElementsOf(messages.stream().map(EncodedMessage::bytes).toList());
    }

    @ParameterizedTest
    @EnumSource
    void aFrameIsEndedOnceItIsFull(Encoding encoding) {
        WireForm form = form(encoding, false);
        List<EncodedMessage> messages = messages(form, FRAME_BYTES - 1, 1, 5, FRAME_BYTES, 7);

        assertThat(payloads(writer.write(form, messages), form))
                .containsExactly(
                        form.framing().join(messages.subList(0, 2)),
                        form.framing().join(messages.subList(2, 4)),
                        messages.get(4).bytes());
    }

    @Test
    void aMessageAboveTheArenaIsWrittenToo() {
        WireForm form = form(Encoding.JSON, false);
        List<EncodedMessage> messages = messages(form, 3 << 20);
        Frame frame = writer.write(form, messages);

        assertThat(payloads(frame, form)).containsExactly(messages.getFirst().bytes());
    }

    @Test
    void anyMessagesComeThroughInTheirOrder() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("FrameWriterTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        var arena = new Arena();
        var reused = new FrameWriter(arena);
        for (int i = 0; i < 200; i++) {
            WireForm form = form(random.nextBoolean() ? Encoding.JSON : Encoding.PROTOBUF, false);
            int most = random.nextInt(4) == 0 ? 70_000 : 300;
            int[] sizes = random.ints(1 + random.nextInt(30), 1, most).toArray();
            List<EncodedMessage> messages = messages(form, sizes);
            List<byte[]> payloads = payloads(reused.write(form, messages), form);
            assertThat(joined(payloads, form.framing())).isEqualTo(form.framing().join(messages));
            if (random.nextBoolean()) {
                arena.endBatch();
            }
        }
    }

    private static byte[] joined(List<byte[]> payloads, Framing framing) {
        var all = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            if (all.size() > 0 && framing.separatorBytes() > 0) {
                all.write('\n');
            }
            all.writeBytes(payload);
        }
        return all.toByteArray();
    }
}
