package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.Publication;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Command;
import io.hawser.server.protocol.Decoded;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.ErrorCode;
import io.hawser.server.protocol.Push.PublicationPush;
import io.hawser.server.protocol.Reply;
import io.hawser.server.protocol.Request.ConnectRequest;
import io.hawser.server.protocol.Request.PublishRequest;
import io.hawser.server.protocol.Request.SubscribeRequest;
import io.hawser.server.protocol.Result;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The bench's end of each encoding against the node's. */
final class WireTest {
    private static final int RUN = 0xcafe0001;
    private static final int HEAD_BYTES = 8;

    private final Marker marker = new Marker();

    @ParameterizedTest
    @EnumSource
    void theNodeReadsTheCommands(WireProtocol protocol) {
        Wire wire = protocol.wire();
        byte[] frame =
                ClientFrame.join(wire.connect("secret"), wire.separator(), wire.subscribe("a\"b"));

        Decoded decoded = codec(protocol).decode(frame);

        assertThat(decoded.problem()).isNull();
        assertThat(decoded.commands()).extracting(Command::id).containsExactly(1, 2);
        assertThat(((ConnectRequest) decoded.commands().get(0).request()).token())
                .isEqualTo("secret");
        assertThat(((SubscribeRequest) decoded.commands().get(1).request()).channel())
                .isEqualTo("a\"b");
        assertThat(codec(protocol).decode(wire.connect("")).problem()).isNull();
        assertThat(codec(protocol).decode(wire.pong()).commands()).containsExactly(Command.PONG);
    }

    @ParameterizedTest
    @EnumSource
    void theNodeReadsEachPublish(WireProtocol protocol) {
        byte[] payload = Payload.of(200, RUN, 7, 3);
        var frame = new PublishFrame(protocol.wire(), "news", payload);
        for (int i = 0; i < 3; i++) {
            byte[] bytes = frame.next(Wire.FIRST_PUBLISH_ID + i, 1000 + i);
            byte[] command = Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);

            Command read = codec(protocol).decode(command).commands().getFirst();

            assertThat(read.id()).isEqualTo(Wire.FIRST_PUBLISH_ID + i);
            byte[] data = ((PublishRequest) read.request()).data().bytes();
            assertThat(data).hasSize(200);
            assertThat(marker.find(data, 0, data.length)).isTrue();
            assertThat(List.of(marker.run(), marker.publisher(), marker.channel()))
                    .containsExactly(RUN, 7, 3);
            assertThat(marker.sequence()).isEqualTo(i);
            assertThat(marker.timeNs()).isEqualTo(1000 + i);
        }
        assertThat(frame.published()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfAFrameAreToldApart(WireProtocol protocol) {
        Wire wire = protocol.wire();
        Codec codec = codec(protocol);
        byte[] payload = Payload.of(100, RUN, 0, 0);
        var publication =
                new Publication(5, io.hawser.grid.pubsub.Payload.of(payload), null, Map.of(), 0);
        byte[] frame =
                joined(
                        codec,
                        codec.encode(new PublicationPush("news", publication)),
                        codec.ping(),
                        codec.encode(new Reply.Success(300, new Result.PublishResult())),
                        codec.encode(new Reply.Failure(301, ErrorCode.PERMISSION_DENIED)));

        List<String> seen = new ArrayList<>();
        wire.split(
                frame, 0, frame.length, (bytes, from, to) -> seen.add(kind(wire, bytes, from, to)));

        assertThat(seen).containsExactly("marked", "ping", "reply 300 0", "reply 301 103");
    }

    private String kind(Wire wire, byte[] bytes, int from, int to) {
        if (marker.find(bytes, from, to)) {
            return "marked";
        }
        return wire.isPing(bytes, from, to)
                ? "ping"
                : "reply " + wire.replyId(bytes, from, to) + " " + wire.errorCode(bytes, from, to);
    }

    @ParameterizedTest
    @EnumSource(names = {"PROTOBUF", "MSGPACK"})
    void aMessageThatBreaksOffIsNoMessage(WireProtocol protocol) {
        byte[] whole = protocol.wire().subscribe("news");

        assertThatThrownBy(() -> protocol.wire().split(whole, 0, whole.length - 1, (_, _, _) -> {}))
                .isInstanceOf(BadMessageException.class);
    }

    private static byte[] joined(Codec codec, EncodedMessage... messages) {
        var frame = new ByteArrayOutputStream();
        for (int i = 0; i < messages.length; i++) {
            if (i > 0 && codec.framing().separatorBytes() > 0) {
                frame.write('\n');
            }
            frame.writeBytes(messages[i].bytes());
        }
        return frame.toByteArray();
    }

    private static Codec codec(WireProtocol protocol) {
        return Codec.of(
                switch (protocol) {
                    case JSON -> Encoding.JSON;
                    case PROTOBUF -> Encoding.PROTOBUF;
                    case MSGPACK -> Encoding.MESSAGEPACK;
                });
    }
}
