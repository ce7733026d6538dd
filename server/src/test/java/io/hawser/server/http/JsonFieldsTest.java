package io.hawser.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link JsonFields}: values by type, and bytes as they were written. */
class JsonFieldsTest {
    private static JsonFields parse(String json) throws InvalidFieldException {
        return JsonFields.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"b\":1}}",
                "\"é \\u0041 \\\"\"",
                "[1 , [2]]",
                "-0.10e+5",
                "true",
                "\"\"",
                "123456789012345678901234567890"
            })
    void aValueIsKeptAsItWasWrittenAtEveryDepth(String value) throws Exception {
        JsonFields fields =
                parse(
                        "\r\n{ \"é\": 0,\t\"list\" : [ {\"x\":1}, { \"o\" : { \"v\" : "
                                + value
                                + " , \"w\":"
                                + value
                                + "} } ] } ");
        JsonFields inner = fields.objects("list").get(1).object("o");
        assertThat(inner).isNotNull();
        assertThat(inner.raw("v").toString()).isEqualTo(value);
        assertThat(inner.raw("w").toString()).isEqualTo(value);
    }

    @Test
    void nullCountsAsAbsentAndTheLastOfTwoCounts() throws Exception {
        JsonFields fields = parse("{\"a\":1,\"a\":2,\"b\":1,\"b\":null,\"c\":null}");
        assertThat(fields.integer("a", 0, 9)).isEqualTo(2);
        assertThat(fields.has("b")).isFalse();
        assertThat(fields.has("c")).isFalse();
        assertThat(fields.text("c")).isEmpty();
        assertThat(fields.flag("c")).isFalse();
        assertThat(fields.object("c")).isNull();
        assertThat(fields.texts("c")).isEmpty();
        assertThat(fields.raw("c").isEmpty()).isTrue();
    }

    @Test
    void integersMayBeStrings() throws Exception {
        JsonFields fields =
                parse("{\"a\":\"9007199254740992\",\"b\":-7,\"c\":9223372036854775808,\"d\":\"\"}");
        assertThat(fields.integer("a", 0, Long.MAX_VALUE)).isEqualTo(1L << 53);
        assertThat(fields.integer("b", -7, 0)).isEqualTo(-7);
        assertThatThrownBy(() -> fields.integer("b", 0, 9)).hasMessage("b is out of range");
        assertThatThrownBy(() -> fields.integer("c", 0, Long.MAX_VALUE)).hasMessageContaining("c ");
        assertThatThrownBy(() -> fields.integer("d", 0, 9)).hasMessageContaining("d ");
    }

    @Test
    void aValueOfAnotherTypeIsRefusedByItsName() throws Exception {
        JsonFields fields = parse("{\"n\":1,\"s\":\"x\",\"l\":[1],\"o\":{}}");
        List<ThrowingRead> reads =
                List.of(
                        () -> fields.text("n"),
                        () -> fields.flag("n"),
                        () -> fields.object("n"),
                        () -> fields.texts("n"),
                        () -> fields.objects("n"),
                        () -> fields.texts("l"),
                        () -> fields.objects("l"),
                        () -> fields.integer("s", 0, 1),
                        () -> fields.integer("o", 0, 1),
                        () -> fields.base64("o"),
                        () -> fields.requiredText("absent"));
        for (ThrowingRead read : reads) {
            assertThatThrownBy(read::read)
                    .isInstanceOf(InvalidFieldException.class)
                    .hasMessageMatching("(n|s|l|o|absent) .*");
        }
    }

    private interface ThrowingRead {
        @Nullable Object read() throws InvalidFieldException;
    }

    @Test
    void deepNestingIsRefusedWithoutRecursion() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatThrownBy(() -> parse(deep)).isInstanceOf(InvalidFieldException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "{",
                "{}}",
                "{} {}",
                "{'a':1}",
                "{\"a\"}",
                "\uFEFF{}"
            })
    void whatIsNotOneObjectIsRefused(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOf(InvalidFieldException.class);
    }
}
