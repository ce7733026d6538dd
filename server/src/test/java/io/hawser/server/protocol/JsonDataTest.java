package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.JsonData.Invalid;
import io.hawser.server.protocol.JsonData.Valid;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

class JsonDataTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0",
                "12",
                "-1.5e+10",
                "1E400",
                "123456789012345678901234567890",
                "\"\"",
                "\"a\\n\\\"\\\\\\/\\u00e9\\ud83d\\ude00\"",
                "\"\u00e9\u20ac\ud83d\ude00\"",
                "\"\u2028\u2029\u007f\"",
                "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"a\":2,\"\":3}",
                " \t{ \"a\" : [ 1 , 2 ] }\t ",
                " 7 ",
                " \"x\" "
            })
    void keepsOneValueAsItIs(String json) {
        Payload payload = Payload.of(json);
        assertThat(JsonData.check(payload))
                .isInstanceOfSatisfying(
                        Valid.class, valid -> assertThat(valid.payload()).isSameAs(payload));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n",
                "01",
                "-01",
                "00",
                "+1",
                ".5",
                "5.",
                "-",
                "1e",
                "1e+",
                "0x10",
                "1_000",
                "NaN",
                "Infinity",
                "-Infinity",
                "nul",
                "nulll",
                "True",
                "undefined",
                "{} {}",
                "{}{}",
                "1 2",
                "1,2",
                "[] ]",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[",
                "]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\":}",
                "[}",
                "{]",
                "\"",
                "\"abc",
                "'abc'",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "\"\\",
                "\"a\nb\"",
                "\"a\rb\"",
                "{\"a\nb\":1}",
                "\"a\tb\"",
                "\"\u0000\"",
                "\u0000",
                "/* c */ 1",
                "1 // c",
                "# c\n1",
                "\u00a01",
                "\u000c1",
                "1\u0000",
                "\ufeff1",
                "{}\n{\"push\":{}}"
            })
    void refusesAnythingElse(String text) {
        assertThat(JsonData.check(Payload.of(text))).isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22ff22", // no UTF-8 byte at all
                "2280 22", // a continuation byte alone
                "22c322", // a sequence that breaks off
                "22c080 22", // zero in two bytes
                "22e0808022", // zero in three
                "22eda08022", // half of a surrogate pair
                "22f490808022", // beyond U+10FFFF
                "e282", // breaks off at the end
                "fffe3100", // UTF-16 with its mark
                "0031", // UTF-16
                "3100", // UTF-16 the other way
                "00000031", // UTF-32
                "31000000", // UTF-32 the other way
                "efbbbf31" // a byte order mark
            })
    void refusesWhatIsNotUtf8(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(JsonData.check(Payload.of(bytes))).isInstanceOf(Invalid.class);
    }

    @Test
    void removesLineBreaksBetweenTokens() {
        Payload payload = Payload.of("\r\n{\n\"a\\n\" :\r\n [1,\n2\n]\n}\n");
        assertThat(JsonData.check(payload)).isEqualTo(new Valid(Payload.of("{\"a\\n\" : [1,2]}")));
    }

    @Test
    void limitsNestingWithoutRecursion() {
        int limit = JsonData.MAX_DEPTH;
        assertThat(JsonData.check(arrays(limit, limit))).isInstanceOf(Valid.class);
        assertThat(JsonData.check(arrays(limit + 1, limit + 1))).isInstanceOf(Invalid.class);
        assertThat(JsonData.check(arrays(100_000, 0))).isInstanceOf(Invalid.class);
        assertThat(JsonData.check(arrays(100_000, 100_000))).isInstanceOf(Invalid.class);
        assertThat(JsonData.check(Payload.of("{\"a\":".repeat(100_000))))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void takesTokensOfAnyLength() {
        String digits = "9".repeat(70_000);
        for (String json : new String[] {digits, '"' + digits + '"', "{\"" + digits + "\":1}"}) {
            assertThat(JsonData.check(Payload.of(json))).isInstanceOf(Valid.class);
        }
    }

    @Test
    void problemsQuoteNothing() {
        Payload secret = Payload.of("{\"a\":secret}".getBytes(StandardCharsets.UTF_8));
        assertThat(JsonData.check(secret))
                .isInstanceOfSatisfying(
                        Invalid.class,
                        invalid -> assertThat(invalid.problem()).doesNotContain("secret"));
    }

    private static Payload arrays(int opened, int closed) {
        return Payload.of("[".repeat(opened) + "]".repeat(closed));
    }
}
