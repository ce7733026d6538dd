package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** {@link BusFrame}: round trips, and bytes that are none. */
class BusFrameTest {
    private static final ClientInfo INFO =
            new ClientInfo("ü:1", "", Payload.of("{\"a\":1}"), Payload.EMPTY);

    private static byte[] placed(String position, byte[] body) {
        return new BusWriter(8)
                .putRaw(position.getBytes(StandardCharsets.UTF_8))
                .putRaw(body)
                .toBytes();
    }

    @Test
    void publicationsComeBackEqual() {
        List<Publication> publications =
                List.of(
                        new Publication(7, Payload.EMPTY, null, Map.of(), 0),
                        new Publication(7, Payload.of(":1:2"), INFO, Map.of(), -1),
                        new Publication(7, Payload.of("x"), null, Map.of("", "", "k", "ä"), 5),
                        new Publication(7, Payload.of("x"), null, Map.of(), 5, Priority.HIGH),
                        new Publication(7, Payload.of("x"), INFO, Map.of(), 5, Priority.NORMAL),
                        new Publication(7, Payload.of("x"), null, Map.of(), 5).withId(-2),
                        new Publication(
                                7,
                                Payload.of(new byte[70_000]),
                                INFO,
                                manyTags(),
                                1L << 50,
                                Priority.LOW,
                                Long.MAX_VALUE));
        for (Publication publication : publications) {
            byte[] body = BusFrame.encode(publication);
            assertThat(BusFrame.decodeBody(body, 7))
                    .isEqualTo(new BusFrame.Body.Message(publication));
            assertThat(BusFrame.decodeMessage(placed("ep:7:", body)))
                    .isEqualTo(
                            new BusFrame.Placed(
                                    new StreamPosition(7, "ep"),
                                    new BusFrame.Body.Message(publication)));
            assertThat(BusFrame.decodeMessage(BusFrame.unplaced(body)))
                    .isEqualTo(
                            new BusFrame.Placed(
                                    StreamPosition.NONE,
                                    new BusFrame.Body.Message(publication.withOffset(0))));
        }
    }

    /** {@code history.lua} relies on it. */
    @Test
    void theIdStandsRightAfterTheFlags() {
        Publication publication =
                new Publication(0, Payload.of("x"), INFO, Map.of("k", "v"), 1, Priority.LOW);
        byte[] without = BusFrame.encode(publication);
        byte[] with = BusFrame.encode(publication.withId(0x0102030405060708L));
        assertThat(with[2]).isEqualTo((byte) (without[2] | 8));
        assertThat(Arrays.copyOfRange(with, 3, 11)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(Arrays.copyOfRange(with, 11, with.length))
                .isEqualTo(Arrays.copyOfRange(without, 3, without.length));
        byte[] compressed =
                BusFrame.compressed(
                        BusFrame.encode(
                                publication
                                        .withData(Payload.of("x".repeat(1000)))
                                        .withId(0x0102030405060708L)));
        assertThat(compressed.length).isLessThan(500);
        assertThat(Arrays.copyOfRange(compressed, 3, 11)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(BusFrame.idOf(BusFrame.idBytes(-3))).isEqualTo(-3);
        assertThat(BusFrame.idOf(new byte[0])).isZero();
    }

    @Test
    void aBatchNumbersItsPublicationsFromItsPosition() {
        List<Publication> three =
                List.of(
                        new Publication(7, Payload.of("a"), INFO, Map.of("k", "v"), 1).withId(1),
                        new Publication(8, Payload.EMPTY, null, Map.of(), 2),
                        new Publication(9, Payload.of("x".repeat(500)), null, Map.of(), 3));
        byte[] body =
                BusFrame.encodeBatch(
                        three.stream().map(BusFrame::encode).map(BusFrame::compressed).toList());
        assertThat(BusFrame.decodeMessage(placed("ep:7:", body)))
                .isEqualTo(
                        new BusFrame.Placed(
                                new StreamPosition(7, "ep"), new BusFrame.Body.Batch(three)));
        assertThat(BusFrame.decodeMessage(BusFrame.unplaced(body)).body())
                .isEqualTo(
                        new BusFrame.Body.Batch(three.stream().map(p -> p.withOffset(0)).toList()));
    }

    @Test
    void whatIsNoBatchIsRefused() {
        byte[] one = BusFrame.encode(new Publication(1, Payload.of("a"), null, Map.of(), 1));
        byte[] whole = BusFrame.encodeBatch(List.of(one, one));
        for (int cut : new int[] {3, 4, 8, whole.length - 1}) {
            assertRefused(Arrays.copyOf(whole, cut));
        }
        assertRefused(BusFrame.encodeBatch(List.of(whole)));
        assertRefused(BusFrame.encodeBatch(List.of(one, BusFrame.encodeRenewed())));
        assertRefused(BusFrame.compressed(BusFrame.encodeBatch(Collections.nCopies(200, one))));
        List<byte[]> most = Collections.nCopies(BusFrame.MAX_BATCH, one);
        assertThat(BusFrame.decodeBody(BusFrame.encodeBatch(most), 1))
                .isInstanceOf(BusFrame.Body.Batch.class);
        assertRefused(BusFrame.encodeBatch(Collections.nCopies(BusFrame.MAX_BATCH + 1, one)));
    }

    private static void assertRefused(byte[] body) {
        assertThatThrownBy(() -> BusFrame.decodeBody(body, 1))
                .isInstanceOf(BusFrameException.class);
    }

    private static Map<String, String> manyTags() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            tags.put("k" + i, "v" + i);
        }
        return tags;
    }

    @Test
    void joinsLeavesAndControlComeBackEqual() {
        PresenceEvent join = new PresenceEvent.Join(INFO);
        PresenceEvent leave = new PresenceEvent.Leave(INFO);
        Payload command = Payload.of("{}");
        assertThat(BusFrame.decodeBody(BusFrame.encode(join), 0))
                .isEqualTo(new BusFrame.Body.Presence(join));
        assertThat(BusFrame.decodeBody(BusFrame.encode(leave), 0))
                .isEqualTo(new BusFrame.Body.Presence(leave));
        assertThat(BusFrame.decodeBody(BusFrame.encodeControl(command), 0))
                .isEqualTo(new BusFrame.Body.Control(command));
        assertThat(BusFrame.decodeBody(BusFrame.encodeRenewed(), 0))
                .isEqualTo(new BusFrame.Body.Renewed());
    }

    @Test
    void badPositionsAreRefused() {
        byte[] body = BusFrame.encode(new Publication(0, Payload.EMPTY, null, Map.of(), 0));
        for (String bad :
                List.of(
                        "",
                        ":",
                        "a",
                        "a:b:",
                        "a::",
                        "a:-1:",
                        "a:0:",
                        ":1:",
                        "a:1",
                        "a:12345678901234567890:")) {
            assertThatThrownBy(() -> BusFrame.decodeMessage(placed(bad, body)))
                    .as("position '%s'", bad)
                    .isInstanceOf(BusFrameException.class);
        }
    }

    /** What nodes of earlier versions have written lies in Redis for as long as history does. */
    @Test
    void bytesOfOldStayReadable() {
        record Golden(String hex, Publication publication) {}
        List<Golden> all =
                List.of(
                        new Golden(
                                "010100" + "0000000000000005" + "7b7d",
                                new Publication(3, Payload.of("{}"), null, Map.of(), 5)),
                        new Golden(
                                "010107"
                                        + "0000000000000005"
                                        + "00000002c3bc" // user
                                        + "0000000163" // client
                                        + "0000000131" // info of the connection
                                        + "00000000" // info in the channel
                                        + "0001"
                                        + "000000016b"
                                        + "0000000176"
                                        + "02"
                                        + "78",
                                new Publication(
                                        3,
                                        Payload.of("x"),
                                        new ClientInfo("ü", "c", Payload.of("1"), Payload.EMPTY),
                                        Map.of("k", "v"),
                                        5,
                                        Priority.LOW)),
                        new Golden(
                                "010180" + "00000030" + "130001001f6101000f506161616161",
                                new Publication(3, Payload.of("a".repeat(40)), null, Map.of(), 0)));
        for (Golden golden : all) {
            byte[] body = HexFormat.of().parseHex(golden.hex);
            assertThat(BusFrame.decodeBody(body, 3))
                    .isEqualTo(new BusFrame.Body.Message(golden.publication));
        }
        assertThat(BusFrame.encode(all.get(0).publication))
                .asHexString()
                .isEqualToIgnoringCase(all.get(0).hex);
        assertThat(BusFrame.encode(all.get(1).publication))
                .asHexString()
                .isEqualToIgnoringCase(all.get(1).hex);
    }

    @Test
    void compressedBodiesComeBackEqualAndAreShorter() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] data = new byte[50 + random.nextInt(100_000)];
            for (int j = 0; j < data.length; j++) {
                data[j] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : j % 7);
            }
            var publication =
                    new Publication(7, Payload.of(data), INFO, manyTags(), 5, Priority.LOW);
            byte[] plain = BusFrame.encode(publication);
            byte[] body = BusFrame.compressed(plain);
            assertThat(body.length).as("seed %d", seed).isLessThan(plain.length);
            assertThat(BusFrame.decodeBody(body, 7))
                    .as("seed %d", seed)
                    .isEqualTo(new BusFrame.Body.Message(publication));
        }
    }

    @Test
    void whatDoesNotShrinkStaysAsItIs() {
        byte[] data = new byte[5000];
        new Random(1).nextBytes(data);
        byte[] body = BusFrame.encode(new Publication(0, Payload.of(data), null, Map.of(), 0));
        assertThat(BusFrame.compressed(body)).isSameAs(body);
        byte[] small = BusFrame.encode(new Publication(0, Payload.EMPTY, null, Map.of(), 0));
        assertThat(BusFrame.compressed(small)).isSameAs(small);
    }

    @Test
    void aLyingLengthIsRefusedBeforeMemoryIsTaken() {
        byte[] body =
                BusFrame.compressed(
                        BusFrame.encode(
                                new Publication(0, Payload.of(new byte[1000]), null, Map.of(), 0)));
        int compressed = body.length - 7;
        for (int lie :
                new int[] {
                    -1,
                    0,
                    compressed,
                    1007,
                    1009,
                    compressed * 255,
                    compressed * 255 + 1,
                    64 << 20,
                    Integer.MAX_VALUE
                }) {
            byte[] lying = body.clone();
            ByteBuffer.wrap(lying).putInt(3, lie);
            assertThatThrownBy(() -> BusFrame.decodeBody(lying, 0))
                    .as("length %d", lie)
                    .isInstanceOf(BusFrameException.class);
        }
        ByteBuffer.wrap(body).putInt(3, 1008);
        assertThat(BusFrame.decodeBody(body, 0)).isInstanceOf(BusFrame.Body.Message.class);
    }

    @Test
    void otherVersionsKindsAndFlagsAreRefused() {
        byte[] body = BusFrame.encode(new Publication(0, Payload.EMPTY, null, Map.of(), 0));
        for (int index = 0; index < 3; index++) {
            byte[] changed = body.clone();
            changed[index] = (byte) 0x84;
            assertThatThrownBy(() -> BusFrame.decodeBody(changed, 0))
                    .as("byte %d", index)
                    .isInstanceOf(BusFrameException.class);
        }
    }

    @Test
    void otherPrioritiesAreRefused() {
        byte[] body =
                BusFrame.encode(new Publication(0, Payload.EMPTY, null, Map.of(), 0, Priority.LOW));
        assertThat(body[body.length - 1]).isEqualTo((byte) 2);
        for (byte bad : new byte[] {3, -1}) {
            body[body.length - 1] = bad;
            assertThatThrownBy(() -> BusFrame.decodeBody(body, 0))
                    .isInstanceOf(BusFrameException.class);
        }
    }

    @Test
    void whatIsCutOrGarbledNeverDoesMoreThanBeRefused() {
        byte[] plain =
                BusFrame.encode(
                        new Publication(0, Payload.of("d"), INFO, manyTags(), 1, Priority.HIGH));
        cutAndGarble(plain);
        cutAndGarble(BusFrame.compressed(plain));
    }

    private static void cutAndGarble(byte[] whole) {
        for (int length = 0; length < 60; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> BusFrame.decodeBody(cut, 0))
                    .as("length %d", length)
                    .isInstanceOf(BusFrameException.class);
        }
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbled = placed("e:1:", whole.clone());
            for (int j = 0; j <= i % 3; j++) {
                garbled[random.nextInt(40)] = (byte) random.nextInt();
            }
            try {
                assertThat(BusFrame.decodeMessage(garbled)).isNotNull();
            } catch (BusFrameException expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
    }
}
