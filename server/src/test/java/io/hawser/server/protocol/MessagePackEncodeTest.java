package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Exact bytes, in the notation of {@link ProtobufEncodeTest#parse}. That all fields are there is
 * shown by {@link EncodeRoundTripTest}, as JSON's writers write these messages too.
 */
class MessagePackEncodeTest {
    private static final Codec CODEC = Codec.of(Encoding.MESSAGEPACK);

    @Test
    void writesPublications() {
        String push =
                "82 a7'channel'a4'news' a3'pub'85 a4'data'c407'{\"a\":1}'"
                        + "a4'info'84 a4'user'a1'u' a6'client'a2'c1' a9'conn_info'c401'1'"
                        + "a9'chan_info'c403'[2]' a6'offset'08 a4'tags'81a1'k'a1'v'"
                        + "a4'time'cf0000018bcfe56800";
        Push publication = new Push.PublicationPush("news", Samples.PUBLICATION);
        assertBytes(CODEC.encode(publication), "81 a4'push'" + push);
        assertBytes(CODEC.encodeUni(publication), push);
    }

    @Test
    void writesReplies() {
        assertBytes(
                CODEC.encode(new Reply.Success(7, new Result.PublishResult())),
                "82 a2'id'07 a7'publish'80");
        assertBytes(
                CODEC.encode(new Reply.Failure(-1, ErrorCode.TOO_MANY_REQUESTS)),
                "82 a2'id'ceffffffff a5'error'83 a4'code'6f a7'message'b1'too many requests'"
                        + "a9'temporary'c3");
    }

    @Test
    void writesEmptyListsAndMapsWhereClientsExpectThem() {
        assertBytes(
                CODEC.encode(
                        new Reply.Success(
                                1, new Result.HistoryResult(List.of(), StreamPosition.NONE))),
                "82 a2'id'01 a7'history'83 ac'publications'90 a5'epoch'a0 a6'offset'00");
        assertBytes(
                CODEC.encode(new Reply.Success(1, new Result.PresenceResult(Map.of()))),
                "82 a2'id'01 a8'presence'81 a8'presence'80");
    }

    @Test
    void pingsAreEmptyMaps() {
        assertBytes(CODEC.ping(), "80");
        assertBytes(CODEC.uniPing(), "80");
    }

    @Test
    void copiesPayloadsOfAnySizeAndContent() {
        for (int size : new int[] {1, 255, 256, 8_191, 65_535, 65_536, 1 << 20}) {
            byte[] data = new byte[size];
            data[size - 1] = (byte) 0xff;
            byte[] message = CODEC.encode(new Push.MessagePush(Payload.of(data))).bytes();
            assertThat(message).endsWith(data).hasSizeLessThan(size + 40);
        }
    }

    @Test
    void countsManyEntries() {
        Map<String, Result.SubscribeResult> subs = new HashMap<>();
        for (int i = 0; i < 70_000; i++) {
            subs.put("c" + i, Samples.EMPTY_SUBSCRIBE);
        }
        var connect =
                new Result.ConnectResult(
                        "", "", Expiry.NEVER, Payload.EMPTY, subs, 0, false, "", "", 0);
        assertThat(CODEC.encode(new Reply.Success(1, connect)).bytes())
                .startsWith(parse("82 a2'id'01 a7'connect'81 a4'subs'df00011170"));
    }

    @Test
    void aHalfSurrogatePairDoesNotStopAMessage() {
        assertBytes(
                CODEC.encodeUni(new Push.PublicationPush("a\ud83d", Samples.SMALL)),
                "82 a7'channel'a2'a?' a3'pub'82 a4'data'c401'2' a6'offset'09");
    }

    private static void assertBytes(EncodedMessage message, String expected) {
        assertThat(message.encoding()).isEqualTo(Encoding.MESSAGEPACK);
        assertThat(message.bytes()).isEqualTo(parse(expected));
    }

    private static byte[] parse(String notation) {
        return ProtobufEncodeTest.parse(notation);
    }
}
