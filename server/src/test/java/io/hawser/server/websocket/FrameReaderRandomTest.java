package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random streams of frames, some of them damaged, against a reader that sees all at once. */
class FrameReaderRandomTest {
    private static final int STREAMS = 20_000;
    private static final int LIMIT = 300;

    @Test
    void readsAsThePlainReaderDoes() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("FrameReaderRandomTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        for (int i = 0; i < STREAMS; i++) {
            byte[] stream = stream(random);
            List<String> expected = new Plain(stream, LIMIT).events();
            assertThat(Recorded.by(new FrameReader(LIMIT), pieces(stream, random)))
                    .as("stream %d of seed %d: %s", i, seed, Arrays.toString(stream))
                    .isEqualTo(expected);
        }
    }

    private static byte[] stream(Random random) {
        var frames = new ClientFrames();
        int count = 1 + random.nextInt(8);
        boolean within = false;
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(10);
            boolean last = random.nextBoolean();
            if (kind < 7) {
                int opcode = within ? 0 : 1 + random.nextInt(2);
                frames.frame((last ? 0x80 : 0) | opcode, payload(random, 200), mask(random));
                within = !last;
            } else if (kind < 9) {
                frames.frame(0x89 + random.nextInt(2), payload(random, 125), mask(random));
            } else if (random.nextInt(4) == 0) {
                frames.close(990 + random.nextInt(40), payload(random, 20));
            }
        }
        byte[] stream = frames.bytes();
        for (int damage = random.nextInt(3); damage > 1 && stream.length > 0; damage--) {
            stream[random.nextInt(stream.length)] = (byte) random.nextInt(256);
        }
        return stream;
    }

    private static byte[] payload(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max + 1)];
        if (random.nextInt(8) == 0) {
            random.nextBytes(bytes);
        } else {
            Arrays.fill(bytes, (byte) ('a' + random.nextInt(26)));
        }
        return bytes;
    }

    private static byte[] mask(Random random) {
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        return mask;
    }

    private static List<byte[]> pieces(byte[] stream, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int most = 1 + random.nextInt(Math.max(1, stream.length));
        for (int at = 0; at < stream.length; ) {
            int length = Math.min(stream.length - at, 1 + random.nextInt(most));
            pieces.add(Arrays.copyOfRange(stream, at, at + length));
            at += length;
        }
        return pieces;
    }

    /** Written from the RFC, without a thought of speed or of pieces. */
    private static final class Plain {
        private final byte[] in;
        private final int limit;
        private final List<String> events = new ArrayList<>();
        private int at;
        private int kind;
        private byte[] parts = {};

        Plain(byte[] in, int limit) {
            this.in = in;
            this.limit = limit;
        }

        List<String> events() {
            int violation = 0;
            while (violation == 0) {
                violation = next();
            }
            if (violation > 0) {
                events.add(Recorded.violation(violation));
            }
            return events;
        }

        /** Returns a code that was violated, 0 to go on, -1 at the end. */
        private int next() {
            if (in.length - at < 2) {
                return -1;
            }
            int first = in[at] & 0xff;
            int opcode = first & 15;
            int shortLength = in[at + 1] & 127;
            if ((first & 0x70) != 0 || in[at + 1] >= 0 || (opcode > 2 && opcode < 8)) {
                return 1002;
            }
            if (opcode > 10 || (opcode == 0 && kind == 0)) {
                return 1002;
            }
            if ((opcode == 1 || opcode == 2) && kind != 0) {
                return 1002;
            }
            if (opcode >= 8 && (first < 0x80 || shortLength > 125)) {
                return 1002;
            }
            int wide = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
            if (in.length - at < 6 + wide) {
                return -1;
            }
            long length = wide == 0 ? shortLength : 0;
            for (int i = 0; i < wide; i++) {
                length = length * 256 + (in[at + 2 + i] & 0xff);
            }
            if (length < 0) {
                return 1002;
            }
            if (length > limit - (opcode == 0 ? parts.length : 0)) {
                return 1009;
            }
            int start = at + 6 + wide;
            if (in.length - start < length) {
                return -1;
            }
            byte[] data = new byte[(int) length];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (in[start + i] ^ in[start - 4 + i % 4]);
            }
            at = start + data.length;
            return judge(opcode, first >= 0x80, data);
        }

        private int judge(int opcode, boolean last, byte[] data) {
            if (opcode == 9 || opcode == 10) {
                events.add(Recorded.data(opcode == 9 ? "ping" : "pong", data));
                return 0;
            }
            if (opcode == 8) {
                return close(data);
            }
            kind = opcode == 0 ? kind : opcode;
            byte[] joined = Arrays.copyOf(parts, parts.length + data.length);
            System.arraycopy(data, 0, joined, parts.length, data.length);
            parts = joined;
            if (!last) {
                return 0;
            }
            boolean text = kind == 1;
            kind = 0;
            parts = new byte[0];
            if (text && decoded(joined) == null) {
                return 1007;
            }
            events.add(Recorded.data(text ? "text" : "binary", joined));
            return 0;
        }

        private int close(byte[] data) {
            if (data.length == 0) {
                events.add(Recorded.closed(1005, ""));
                return -1;
            }
            if (data.length == 1) {
                return 1002;
            }
            int code = ByteBuffer.wrap(data).getShort() & 0xffff;
            boolean defined = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
            if (!defined && (code < 3000 || code > 4999)) {
                return 1002;
            }
            String reason = decoded(Arrays.copyOfRange(data, 2, data.length));
            if (reason == null) {
                return 1007;
            }
            events.add(Recorded.closed(code, reason));
            return -1;
        }

        private static @org.jspecify.annotations.Nullable String decoded(byte[] data) {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
            } catch (CharacterCodingException e) {
                return null; // the caller's answer
            }
        }
    }
}
