package io.hawser.grid.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@link HeartbeatCodec}: round trips, forgeries, and bytes that are nothing. */
class HeartbeatCodecTest {
    private static final byte[] KEY = "a secret of the cluster".getBytes(StandardCharsets.UTF_8);
    private static final Life SELF = new Life("n1", 7);
    private static final Life OTHER = new Life("knoten-ü", 1L << 40);

    private final HeartbeatCodec codec = new HeartbeatCodec(KEY);

    private static Heartbeat heartbeat(Map<Life, Sight> sights, int riderBytes) {
        return new Heartbeat(
                SELF,
                99,
                true,
                false,
                sights,
                Set.of(new Life("n9", 3)),
                ByteBuffer.wrap(new byte[riderBytes]));
    }

    private static final Map<Life, Sight> SIGHTS =
            Map.of(
                    OTHER,
                    Sight.heard(123),
                    new Life("n2", 1),
                    Sight.SILENT,
                    new Life("n3", 1),
                    Sight.AWAITED,
                    new Life("n4", 1),
                    Sight.LEFT);

    @Test
    void heartbeatsComeBackEqual() throws BadHeartbeatException {
        for (Heartbeat each :
                List.of(
                        heartbeat(SIGHTS, 29),
                        heartbeat(Map.of(), 0),
                        new Heartbeat(
                                OTHER,
                                1,
                                false,
                                true,
                                Map.of(),
                                Set.of(),
                                ByteBuffer.allocate(256)))) {
            assertThat(codec.decode(ByteBuffer.wrap(codec.encode(each)))).isEqualTo(each);
        }
    }

    @Test
    void whatDoesNotFitIsNotSent() {
        Map<Life, Sight> many = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            many.put(new Life("node-" + i, 1), Sight.SILENT);
        }
        assertThatThrownBy(() -> codec.encode(heartbeat(many, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.encode(heartbeat(Map.of(), 257)))
                .isInstanceOf(IllegalArgumentException.class);
        Life nameless = new Life("x".repeat(256), 1);
        assertThatThrownBy(() -> codec.encode(heartbeat(Map.of(nameless, Sight.SILENT), 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherSecretIsRefused() {
        byte[] forged = new HeartbeatCodec(new byte[] {1}).encode(heartbeat(SIGHTS, 0));
        assertRefused(forged, "secret");
    }

    @Test
    void whatWasChangedOnItsWayIsRefused() {
        byte[] whole = codec.encode(heartbeat(SIGHTS, 10));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            assertRefused(changed, "secret");
        }
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "");
        }
        assertRefused(Arrays.copyOf(whole, whole.length + 1), "secret");
    }

    /** Signed, but by another version or a broken program. */
    @Test
    void whatIsSignedAndWrongIsRefusedToo() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] whole = codec.encode(heartbeat(SIGHTS, 10));
        byte[] body = Arrays.copyOf(whole, whole.length - 16);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(body, 1 + random.nextInt(body.length));
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                codec.decode(ByteBuffer.wrap(signed(changed)));
            } catch (BadHeartbeatException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
        byte[] later = body.clone();
        later[0] = 2;
        assertRefused(signed(later), "version 2");
    }

    private static byte[] signed(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            byte[] all = Arrays.copyOf(body, body.length + 16);
            System.arraycopy(mac.doFinal(body), 0, all, body.length, 16);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(byte[] datagram, String why) {
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(datagram)))
                .isInstanceOf(BadHeartbeatException.class)
                .hasMessageContaining(why);
    }
}
