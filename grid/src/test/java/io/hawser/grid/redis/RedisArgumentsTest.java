package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** {@link RedisArguments}: as the driver would encode them. */
class RedisArgumentsTest {
    private static byte[] encoded(RedisArguments arguments) {
        return Arrays.copyOf(arguments.bytes(), arguments.length());
    }

    private static byte[] encoded(CommandArgs<?, ?> arguments) {
        ByteBuf buffer = Unpooled.buffer();
        arguments.encode(buffer);
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static CommandArgs<String, String> expected() {
        return new CommandArgs<>(StringCodec.UTF8);
    }

    @Test
    void numbersAreDecimalDigits() {
        for (long number : List.of(0L, 7L, 10L, 99L, 100L, -1L, Long.MAX_VALUE, Long.MIN_VALUE)) {
            assertThat(encoded(new RedisArguments().add(number)))
                    .as("%d", number)
                    .isEqualTo(encoded(expected().add(number)));
        }
    }

    @Test
    void textIsUtf8AndCountsItsBytes() {
        for (String text : List.of("", "a", "hawser:{ä€😀}:ch", "line\r\nbreak")) {
            assertThat(encoded(new RedisArguments().add(text)))
                    .as(text)
                    .isEqualTo(encoded(expected().addKey(text)));
        }
    }

    @Test
    void threePartsAreOneArgument() {
        byte[] a = "hawser:{".getBytes(StandardCharsets.UTF_8);
        byte[] b = "news".getBytes(StandardCharsets.UTF_8);
        byte[] c = "}:meta".getBytes(StandardCharsets.UTF_8);
        RedisArguments arguments = new RedisArguments().add(a, b, c);
        assertThat(arguments.count()).isEqualTo(1);
        assertThat(encoded(arguments)).isEqualTo(encoded(expected().addKey("hawser:{news}:meta")));
    }

    @Test
    void anyNumberOfAnyLengthFits() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            RedisArguments arguments = new RedisArguments();
            CommandArgs<String, String> expected = expected();
            int count = random.nextInt(40);
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 20 : 2000)];
                random.nextBytes(bytes);
                arguments.add(bytes);
                expected.add(bytes);
            }
            assertThat(arguments.count()).isEqualTo(count);
            assertThat(encoded(arguments)).isEqualTo(encoded(expected));
        }
    }
}
