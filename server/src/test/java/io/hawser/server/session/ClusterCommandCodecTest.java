package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.UnsubscribeCode;
import io.hawser.server.security.ChannelOverrides;
import io.hawser.server.security.TokenSubscription;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;
import java.util.stream.Stream;

/** {@link ClusterCommandCodec}: what one node writes another reads, and bad input is refused. */
class ClusterCommandCodecTest {
    static Stream<ClusterCommand> commands() {
        return Stream.of(
                new ClusterCommand.DisconnectUser("u", "", Set.of(), Disconnect.FORCE_DISCONNECT),
                new ClusterCommand.DisconnectUser(
                        "ü\"\n😀", "c", Set.of("a", "b"), new Disconnect(4999, "")),
                new ClusterCommand.Subscribe("u", "", "ch", TokenSubscription.PLAIN, null),
                new ClusterCommand.Subscribe(
                        "",
                        "c",
                        "ns:x",
                        new TokenSubscription(
                                Payload.of("{\"a\":1}"),
                                Payload.of(new byte[] {(byte) 0xff, 0, 10}),
                                new ChannelOverrides(true, false, null, true, null)),
                        new StreamPosition((1L << 53) + 1, "epoch")),
                new ClusterCommand.Unsubscribe("u", "", "", UnsubscribeCode.SERVER),
                new ClusterCommand.Unsubscribe("u", "c", "x", UnsubscribeCode.EXPIRED),
                new ClusterCommand.Refresh("u", "", 0),
                new ClusterCommand.Refresh("", "c", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatIsWrittenIsRead(ClusterCommand command) throws Exception {
        assertThat(ClusterCommandCodec.decode(ClusterCommandCodec.encode(command)))
                .isEqualTo(command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"refresh\",\"user\":\"u\",\"client\":\"\",\"expire_at_ms\":5,\"new\":[1]}"
            })
    void unknownFieldsAreIgnored(String json) throws Exception {
        assertThat(ClusterCommandCodec.decode(Payload.of(json)))
                .isEqualTo(new ClusterCommand.Refresh("u", "", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "{}",
                "{\"kind\":7,\"user\":\"u\",\"client\":\"\"}",
                "{\"kind\":\"explode\",\"user\":\"u\",\"client\":\"\"}",
                "{\"kind\":\"refresh\",\"user\":\"u\",\"client\":\"\"}",
                "{\"kind\":\"refresh\",\"client\":\"\",\"expire_at_ms\":5}",
                "{\"kind\":\"refresh\",\"user\":\"u\",\"client\":\"\",\"expire_at_ms\":\"soon\"}",
                "{\"kind\":\"disconnect\",\"user\":\"u\",\"client\":\"\",\"code\":1,\"reason\":\"\",\"whitelist\":[]}",
                "{\"kind\":\"disconnect\",\"user\":\"u\",\"client\":\"\",\"code\":3000,\"reason\":\"\",\"whitelist\":[1]}",
                "{\"kind\":\"unsubscribe\",\"user\":\"u\",\"client\":\"\",\"channel\":\"x\",\"code\":1,\"reason\":\"\"}",
                "{\"kind\":\"subscribe\",\"user\":\"u\",\"client\":\"\",\"channel\":\"x\",\"info\":\"*\",\"data\":\"\",\"overrides\":{}}",
                "{\"kind\":\"subscribe\",\"user\":\"u\",\"client\":\"\",\"channel\":\"x\",\"info\":\"\",\"data\":\"\",\"overrides\":{\"presence\":1}}"
            })
    void whatIsNoCommandIsRefused(String json) {
        assertThatThrownBy(() -> ClusterCommandCodec.decode(Payload.of(json)))
                .isInstanceOf(UnreadableCommandException.class);
    }
}
