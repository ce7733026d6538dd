package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.hawser.grid.fuzz.Allocation;
import io.hawser.grid.fuzz.DamagedBytes;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Any bytes as a message of the bus: Redis is not trusted. With {@code JAZZER_FUZZ=1} one target is
 * fuzzed in a run: {@code -Dtest=BusFrameFuzzTest}.
 */
class BusFrameFuzzTest {
    private static final int SEEDS = 20;
    private static final int MESSAGES = 400;
    private static final int DAMAGES = 200;

    /** The most tags that one message can have, all of them empty. */
    private static final long MAX_FIXED_BYTES = 8 << 20;

    /** A compressed byte stands for 255, which are there twice for a moment. */
    private static final long MAX_BYTES_PER_BYTE = 3 * 255;

    static Stream<byte[]> messages() {
        Random random = new DamagedBytes(BusFrameFuzzTest.class).random();
        return Stream.generate(() -> message(random)).limit(SEEDS);
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreAMessageOrRefused(byte[] input) {
        try {
            read(input);
            long most = MAX_FIXED_BYTES + MAX_BYTES_PER_BYTE * input.length;
            Allocation.check(most, () -> read(input));
        } catch (Throwable e) {
            throw new AssertionError(HexFormat.of().formatHex(input), e);
        }
    }

    @Test
    void damagedMessagesAreMessagesOrRefused() {
        var damaged = new DamagedBytes(BusFrameFuzzTest.class);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] whole = message(damaged.random());
            for (int damage = 0; damage < DAMAGES; damage++) {
                anyBytesAreAMessageOrRefused(damaged.of(whole));
            }
        }
    }

    /** What is understood can be said again. */
    private static void read(byte[] message) {
        try {
            BusFrame.Placed placed = BusFrame.decodeMessage(message);
            byte[] again = encoded(placed.body());
            assertThat(BusFrame.decodeBody(again, placed.position().offset()))
                    .isEqualTo(placed.body());
        } catch (BusFrameException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static byte[] encoded(BusFrame.Body body) {
        return switch (body) {
            case BusFrame.Body.Message message -> BusFrame.encode(message.publication());
            case BusFrame.Body.Presence presence -> BusFrame.encode(presence.event());
            case BusFrame.Body.Control control -> BusFrame.encodeControl(control.command());
            case BusFrame.Body.Renewed renewed -> BusFrame.encodeRenewed();
            case BusFrame.Body.Batch batch ->
                    BusFrame.encodeBatch(
                            batch.publications().stream().map(BusFrame::encode).toList());
        };
    }

    private static byte[] message(Random random) {
        byte[] body =
                switch (random.nextInt(9)) {
                    case 8 -> batch(random);
                    case 0 -> BusFrame.encode(new PresenceEvent.Join(info(random)));
                    case 1 -> BusFrame.encode(new PresenceEvent.Leave(info(random)));
                    case 2 -> BusFrame.encodeControl(Payload.of(data(random)));
                    case 3 -> BusFrame.encodeRenewed();
                    default -> BusFrame.encode(publication(random));
                };
        byte[] sent = random.nextBoolean() ? BusFrame.compressed(body) : body;
        return random.nextInt(4) == 0 ? BusFrame.unplaced(sent) : placed(random, sent);
    }

    private static byte[] batch(Random random) {
        return BusFrame.encodeBatch(
                Stream.generate(() -> BusFrame.encode(publication(random)))
                        .map(body -> random.nextBoolean() ? BusFrame.compressed(body) : body)
                        .limit(1 + random.nextInt(5))
                        .toList());
    }

    private static byte[] placed(Random random, byte[] body) {
        String position = "epoch:" + (1 + random.nextInt(1_000_000)) + ":";
        return new BusWriter(body.length + 16)
                .putRaw(position.getBytes(StandardCharsets.UTF_8))
                .putRaw(body)
                .toBytes();
    }

    private static Publication publication(Random random) {
        Map<String, String> tags =
                random.nextBoolean() ? Map.of() : Map.of("k", "v", "lang", "de", "", "ü");
        Priority[] priorities = Priority.values();
        @Nullable Priority priority =
                random.nextBoolean() ? null : priorities[random.nextInt(priorities.length)];
        return new Publication(
                1,
                Payload.of(data(random)),
                random.nextBoolean() ? null : info(random),
                tags,
                random.nextLong(),
                priority,
                random.nextInt(3));
    }

    private static ClientInfo info(Random random) {
        return new ClientInfo(
                "u" + random.nextInt(100), "client", Payload.of(data(random)), Payload.EMPTY);
    }

    private static byte[] data(Random random) {
        byte[] data = new byte[random.nextInt(200)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : i % 5);
        }
        return data;
    }
}
