package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PublishCall}: what it reads, and what it does not take. */
class PublishCallTest {
    @Test
    void dataComesAsItWasWritten() throws BadFrameException {
        assertThat(
                        PublishCall.read(
                                Payload.of(
                                        " {\"channel\":\"a\",\"new\":[{}],\"data\": {\"x\" : 1.0},"
                                                + "\"idempotency_key\":\"k\"} ")))
                .isEqualTo(new Request.KeyedPublishRequest("a", Payload.of("{\"x\" : 1.0}"), "k"));
        assertThat(
                        PublishCall.read(
                                Payload.of(
                                        "{\"channel\":\"a\",\"b64data\":\"AP8=\","
                                                + "\"idempotency_key\":\"k\"}")))
                .isEqualTo(
                        new Request.KeyedPublishRequest("a", Payload.of(new byte[] {0, -1}), "k"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"a\"",
                "{",
                "{}",
                "{\"channel\":\"a\",\"data\":1}",
                "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"\"}",
                "{\"channel\":\"\",\"data\":1,\"idempotency_key\":\"k\"}",
                "{\"channel\":5,\"data\":1,\"idempotency_key\":\"k\"}",
                "{\"data\":1,\"idempotency_key\":\"k\"}",
                "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":7}",
                "{\"channel\":\"a\",\"b64data\":\"*\",\"idempotency_key\":\"k\"}",
                "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"k\"}{}",
                "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"k\"} 1",
            })
    void whatIsNoCallIsRefusedWithoutQuotingIt(String call) {
        assertThatThrownBy(() -> PublishCall.read(Payload.of(call)))
                .isInstanceOf(BadFrameException.class)
                .message()
                .isNotEmpty();
    }

    @Test
    void longKeysAreRefused() throws BadFrameException {
        String call = "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"%s\"}";
        assertThat(PublishCall.read(Payload.of(call.formatted("k".repeat(256)))).idempotencyKey())
                .hasSize(256);
        assertThatThrownBy(() -> PublishCall.read(Payload.of(call.formatted("k".repeat(257)))))
                .isInstanceOf(BadFrameException.class);
    }
}
