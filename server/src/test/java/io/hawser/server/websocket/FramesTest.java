package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

class FramesTest {
    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8100",
        "1, 8101",
        "125, 817d",
        "126, 817e007e",
        "127, 817e007f",
        "65535, 817effff",
        "65536, 817f0000000000010000",
        "2147483647, 817f000000007fffffff"
    })
    void headsAreAsShortAsTheLengthAllows(int length, String text) {
        ByteBuffer out = ByteBuffer.allocate(Frames.MAX_HEAD_BYTES);
        Frames.putHead(out, true, length);
        assertThat(hex(Arrays.copyOf(out.array(), out.position()))).isEqualTo(text);
        assertThat(Frames.headBytes(length)).isEqualTo(out.position());

        out.clear();
        Frames.putHead(out, false, length);
        assertThat(hex(Arrays.copyOf(out.array(), out.position())))
                .isEqualTo("82" + text.substring(2));
    }

    @Test
    void wholeMessages() {
        byte[] payload = "ab".getBytes(StandardCharsets.US_ASCII);
        assertThat(hex(Frames.message(true, ByteBuffer.wrap(payload)))).isEqualTo("81026162");
        assertThat(hex(Frames.message(false, ByteBuffer.wrap(payload, 1, 1)))).isEqualTo("820162");
    }

    @Test
    void controlFrames() {
        assertThat(hex(Frames.ping(new byte[] {7}))).isEqualTo("890107");
        assertThat(hex(Frames.pong(new byte[0]))).isEqualTo("8a00");
        assertThat(hex(Frames.emptyClose())).isEqualTo("8800");
        assertThat(hex(Frames.close(1000, ""))).isEqualTo("880203e8");
        assertThat(hex(Frames.close(3001, "a"))).isEqualTo("88030bb961");
        assertThat(hex(Frames.close(65_535, "a"))).isEqualTo("8803ffff61");
    }

    @Test
    void aControlFrameHolds125Bytes() {
        assertThat(Frames.ping(new byte[125])).hasSize(127);
        assertThatThrownBy(() -> Frames.ping(new byte[126]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("126");
        assertThatThrownBy(() -> Frames.pong(new byte[126]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "𝄞"})
    void aLongReasonIsCutBetweenCharacters(String character) {
        for (int lead = 0; lead < 4; lead++) {
            String reason = "l".repeat(lead) + character.repeat(130);
            byte[] frame = Frames.close(1000, reason);
            assertThat(frame.length).isLessThanOrEqualTo(127);
            assertThat(frame[1]).isEqualTo((byte) (frame.length - 2));
            String kept = new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8);
            assertThat(reason).startsWith(kept);
            assertThat(frame.length).isGreaterThan(127 - 4);
        }
    }

    /** RFC 6455, 1.3. */
    @Test
    void theAcceptKeyOfTheRfc() {
        assertThat(UpgradeResponse.accept("dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void responses() {
        assertThat(ascii(UpgradeResponse.accepted("dGhlIHNhbXBsZSBub25jZQ==", "chat", "")))
                .startsWith("HTTP/1.1 101 ")
                .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
                .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                .endsWith("\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
        assertThat(ascii(UpgradeResponse.accepted("dGhlIHNhbXBsZSBub25jZQ==", "", "")))
                .doesNotContain("Protocol:");
        assertThat(ascii(UpgradeResponse.refused(Refusal.unavailable("full"))))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")
                .contains("\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
                .endsWith("full\n");
        assertThat(ascii(UpgradeResponse.refused(Refusal.forbidden("no"))))
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .doesNotContain("Retry-After");
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
