package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A queue, and the frames and the arena under it. */
class OutQueueTest {
    private static Frame frame(String text) {
        return Frame.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Frame borrowed(Arena arena, String text) {
        ByteBuffer bytes = arena.take(text.length());
        return Frame.borrowed(bytes.put(text.getBytes(StandardCharsets.US_ASCII)).flip());
    }

    /** What one write of at most {@code most} bytes would send; the queue is told of it. */
    private static String write(OutQueue queue, int most, int maxBuffers) {
        ByteBuffer[] buffers = new ByteBuffer[maxBuffers];
        int count = queue.gather(buffers);
        var sent = new StringBuilder();
        for (int i = 0; i < count; i++) {
            while (buffers[i].hasRemaining() && sent.length() < most) {
                sent.append((char) buffers[i].get());
            }
        }
        queue.wrote(sent.length());
        return sent.toString();
    }

    @Test
    void everyPartialWriteGoesOnWhereItStopped() {
        String all = "abcdefghi";
        for (int first = 0; first <= all.length(); first++) {
            for (int second = 0; second <= all.length() - first; second++) {
                var queue = new OutQueue();
                queue.add(frame("ab"));
                queue.add(frame("c"));
                queue.add(frame("defghi"));
                assertThat(queue.bytes()).isEqualTo(all.length());

                String sent = write(queue, first, 4) + write(queue, second, 4);
                assertThat(sent).isEqualTo(all.substring(0, first + second));
                assertThat(queue.bytes()).isEqualTo(all.length() - first - second);
                assertThat(sent + write(queue, 100, 4)).isEqualTo(all);
                assertThat(queue.isEmpty()).isTrue();
                assertThat(queue.bytes()).isZero();
            }
        }
    }

    @Test
    void sharedFramesAreWrittenByEachFromItsOwnPlace() {
        Frame shared = frame("shared");
        var one = new OutQueue();
        var other = new OutQueue();
        one.add(shared);
        other.add(frame("-"));
        other.add(shared);
        assertThat(write(one, 3, 4)).isEqualTo("sha");
        assertThat(write(other, 3, 4)).isEqualTo("-sh");
        assertThat(write(one, 9, 4)).isEqualTo("red");
        assertThat(write(other, 9, 4)).isEqualTo("ared");
    }

    @Test
    void moreFramesThanOneWriteGathers() {
        var queue = new OutQueue();
        for (int i = 0; i < 10; i++) {
            queue.add(frame("f" + i));
        }
        assertThat(write(queue, 100, 4)).isEqualTo("f0f1f2f3");
        assertThat(write(queue, 3, 4)).isEqualTo("f4f");
        assertThat(write(queue, 100, 4)).isEqualTo("5f6f7f8");
        assertThat(write(queue, 100, 4)).isEqualTo("f9");
    }

    @Test
    void addFirstGoesBeforeAll() {
        var queue = new OutQueue();
        queue.add(frame("b"));
        queue.addFirst(frame("a"));
        assertThat(queue.bytes()).isEqualTo(2);
        assertThat(write(queue, 9, 4)).isEqualTo("ab");
    }

    @Test
    void aClearedQueueIsANewOne() {
        var queue = new OutQueue();
        queue.add(frame("abc"));
        write(queue, 1, 4);
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.bytes()).isZero();
        queue.add(frame("xyz"));
        assertThat(write(queue, 9, 4)).isEqualTo("xyz");
    }

    @Test
    void whatIsKeptOutlastsItsBatch() {
        var arena = new Arena();
        var queue = new OutQueue();
        queue.add(borrowed(arena, "kept 1"));
        queue.add(borrowed(arena, "kept 2"));
        write(queue, 2, 4);
        queue.keep();
        queue.keep(); // a second time does nothing
        arena.clear();
        borrowed(arena, "overwritten by the next batch");
        assertThat(write(queue, 99, 4)).isEqualTo("pt 1kept 2");
    }

    @Test
    void theArenaGivesPartsThatDoNotOverlapAndThenTheHeap() {
        var arena = new Arena();
        List<ByteBuffer> parts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ByteBuffer part = arena.take(300_000);
            assertThat(part.remaining()).isEqualTo(300_000);
            assertThat(part.isDirect()).isEqualTo(i < 3);
            while (part.hasRemaining()) {
                part.put((byte) i);
            }
            parts.add(part.flip());
        }
        for (int i = 0; i < 5; i++) {
            ByteBuffer part = parts.get(i);
            while (part.hasRemaining()) {
                assertThat(part.get()).isEqualTo((byte) i);
            }
        }
        arena.clear();
        assertThat(arena.take(1 << 20).isDirect()).isTrue();
        assertThat(arena.take(0).remaining()).isZero();
    }

    @Test
    void anyWritesSendAllInOrder() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("OutQueueTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        var queue = new OutQueue();
        var expected = new StringBuilder();
        var sent = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) == 0) {
                sent.append(write(queue, random.nextInt(40), 1 + random.nextInt(5)));
            } else {
                String text = String.valueOf((char) ('a' + i % 26)).repeat(1 + random.nextInt(9));
                expected.append(text);
                queue.add(frame(text));
            }
            assertThat(queue.bytes()).isEqualTo(expected.length() - sent.length());
        }
        while (!queue.isEmpty()) {
            sent.append(write(queue, 1000, 64));
        }
        assertThat(sent).hasToString(expected.toString());
    }
}
