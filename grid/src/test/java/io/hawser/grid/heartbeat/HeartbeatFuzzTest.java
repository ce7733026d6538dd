package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.hawser.grid.fuzz.Allocation;
import io.hawser.grid.fuzz.DamagedBytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Any bytes as a heartbeat: unsigned, as anybody can send them, and signed, as a broken node would.
 * With {@code JAZZER_FUZZ=1} one target is fuzzed in a run: {@code -Dtest=HeartbeatFuzzTest}.
 */
class HeartbeatFuzzTest {
    private static final byte[] KEY = "a secret of the cluster".getBytes(StandardCharsets.UTF_8);
    private static final int MAC_BYTES = 16;
    private static final int SEEDS = 20;
    private static final int HEARTBEATS = 200;
    private static final int DAMAGES = 200;
    private static final long MAX_FIXED_BYTES = 64 * 1024;

    /** The costliest is a life with a short name, which takes nine bytes. */
    private static final long MAX_BYTES_PER_BYTE = 64;

    private final HeartbeatCodec codec = new HeartbeatCodec(KEY);

    /** Heartbeats without their signatures. */
    static Stream<byte[]> heartbeats() {
        Random random = new DamagedBytes(HeartbeatFuzzTest.class).random();
        return Stream.generate(() -> unsigned(random)).limit(SEEDS);
    }

    @MethodSource("heartbeats")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreAHeartbeatOrRefused(byte[] input) {
        try {
            read(input);
            byte[] signed = signed(input);
            read(signed);
            long most = MAX_FIXED_BYTES + MAX_BYTES_PER_BYTE * signed.length;
            Allocation.check(most, () -> decoded(signed));
        } catch (Throwable e) {
            throw new AssertionError(HexFormat.of().formatHex(input), e);
        }
    }

    @Test
    void damagedHeartbeatsAreHeartbeatsOrRefused() {
        var damaged = new DamagedBytes(HeartbeatFuzzTest.class);
        for (int i = 0; i < HEARTBEATS; i++) {
            byte[] whole = unsigned(damaged.random());
            for (int damage = 0; damage < DAMAGES; damage++) {
                anyBytesAreAHeartbeatOrRefused(damaged.of(whole));
            }
        }
    }

    /** What is understood, and could be sent at all, comes back equal. */
    private void read(byte[] datagram) {
        Set<Heartbeat> understood = decoded(datagram);
        for (Heartbeat heartbeat : understood) {
            if (heartbeat.rider().remaining() <= HeartbeatCodec.MAX_RIDER_BYTES
                    && datagram.length <= HeartbeatCodec.MAX_BYTES) {
                assertThat(decoded(codec.encode(heartbeat))).isEqualTo(understood);
            }
        }
    }

    /** Nothing if it is refused. */
    private Set<Heartbeat> decoded(byte[] datagram) {
        try {
            return Set.of(codec.decode(ByteBuffer.wrap(datagram)));
        } catch (BadHeartbeatException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return Set.of();
        }
    }

    private static byte[] unsigned(Random random) {
        Map<Life, Sight> sights = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            sights.put(life(random), sight(random));
        }
        Set<Life> givenUp = new HashSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            givenUp.add(life(random));
        }
        byte[] datagram =
                new HeartbeatCodec(KEY)
                        .encode(
                                new Heartbeat(
                                        life(random),
                                        random.nextLong(),
                                        random.nextBoolean(),
                                        random.nextBoolean(),
                                        sights,
                                        givenUp,
                                        ByteBuffer.allocate(random.nextInt(64))));
        return Arrays.copyOf(datagram, datagram.length - MAC_BYTES);
    }

    private static Life life(Random random) {
        return new Life("knoten-ü" + random.nextInt(10), random.nextInt(5));
    }

    private static Sight sight(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Sight.AWAITED;
            case 2 -> Sight.LEFT;
            case 1 -> Sight.SILENT;
            default -> Sight.heard(random.nextInt(10_000));
        };
    }

    private static byte[] signed(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            byte[] all = Arrays.copyOf(body, body.length + MAC_BYTES);
            System.arraycopy(mac.doFinal(body), 0, all, body.length, MAC_BYTES);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
