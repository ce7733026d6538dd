package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.hawser.grid.priority.Priority;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Lanes, what is dropped from them, and writes that stop anywhere. */
class OutQueueLanesTest {
    private static final ChannelOptions OPTIONS =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of()).channel();
    private static final ChannelSubscribers CHANNEL = channel("c");
    private static final ChannelSubscribers OTHER = channel("o");

    private static ChannelSubscribers channel(String name) {
        return new ChannelSubscribers(name, OPTIONS, new SharedFilters());
    }

    private static final List<Priority> LANES = List.of(Priority.values());

    private final OutQueue queue = new OutQueue();
    private final List<Frame> lost = new ArrayList<>();

    private static Frame frame(String text) {
        return Frame.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Frame of(ChannelSubscribers channel, String text) {
        Frame frame = frame(text);
        frame.droppable(channel, 1);
        return frame;
    }

    private static Frame sized(char what, int bytes) {
        return frame(String.valueOf(what).repeat(bytes));
    }

    /** What a write of at most {@code most} bytes would send; the queue is told of it. */
    private String write(int most, int maxFrames) {
        Frame[] frames = new Frame[maxFrames];
        int begun = queue.begun();
        int count = queue.gather(frames);
        var sent = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            ByteBuffer bytes = frames[i].from(i == 0 ? begun : 0);
            while (bytes.hasRemaining() && sent.size() < most) {
                sent.write(bytes.get());
            }
        }
        queue.wrote(sent.size());
        return sent.toString(StandardCharsets.US_ASCII);
    }

    private String writeAll() {
        var sent = new StringBuilder();
        while (!queue.isEmpty()) {
            sent.append(write(Integer.MAX_VALUE, 64));
        }
        return sent.toString();
    }

    @Test
    void highGoesFirstAndTheLastFrameLast() {
        queue.addLast(frame("!"));
        queue.add(frame("l"), Priority.LOW);
        queue.add(frame("n"), Priority.NORMAL);
        queue.add(frame("h"), Priority.HIGH);
        queue.addFirst(frame("^"));
        assertThat(writeAll()).isEqualTo("^hnl!");
    }

    @Test
    void whatHasBeenBegunIsNotOvertakenAndWhatHasNotIs() {
        queue.add(frame("aaa"), Priority.NORMAL);
        queue.add(frame("bbb"), Priority.NORMAL);
        assertThat(write(1, 64)).isEqualTo("a");
        queue.add(frame("h"), Priority.HIGH);
        queue.addFirst(frame("^"));
        assertThat(writeAll()).isEqualTo("aa^hbbb");
    }

    @Test
    void whatIsBegunWithoutAByteIsNeitherOvertakenNorDropped() {
        queue.add(frame("aaa"), Priority.NORMAL);
        queue.add(of(CHANNEL, "bbb"), Priority.NORMAL);
        queue.add(of(CHANNEL, "ccc"), Priority.NORMAL);
        queue.gather(new Frame[64]);
        queue.wroteAndBegan(3);
        queue.add(frame("h"), Priority.HIGH);
        queue.dropOf(CHANNEL, lost::add);
        assertThat(lost).hasSize(1);
        assertThat(queue.bytes()).isEqualTo(4);
        assertThat(writeAll()).isEqualTo("bbbh");
    }

    @Test
    void aWriteThatEndsBetweenFramesLeavesAllOpen() {
        queue.add(frame("aaa"), Priority.NORMAL);
        queue.add(of(CHANNEL, "bbb"), Priority.NORMAL);
        assertThat(write(3, 64)).isEqualTo("aaa");
        queue.dropOf(CHANNEL, lost::add);
        assertThat(lost).hasSize(1);
        assertThat(queue.isEmpty()).isTrue();
    }

    /** A queue is used again and again, and most writes take all that they are offered. */
    @Test
    void aWriteThatTakesEverythingAllocatesNothing() {
        Frame[] frames = new Frame[16];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = sized('f', 100);
        }
        Frame[] gathered = new Frame[64];
        inAndOut(frames, gathered, 1_000);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        inAndOut(frames, gathered, 10_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / 10_000).as("bytes a write").isZero();
    }

    private void inAndOut(Frame[] frames, Frame[] gathered, int times) {
        for (int i = 0; i < times; i++) {
            for (int j = 0; j < frames.length; j++) {
                queue.add(frames[j], j % 3 == 0 ? Priority.LOW : Priority.NORMAL);
            }
            queue.gather(gathered);
            queue.wrote(100L * frames.length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64})
    void lowGetsASixteenthOfTheBytes(int buffers) {
        for (int i = 0; i < 2000; i++) {
            queue.add(sized('h', 100), Priority.HIGH);
            queue.add(sized('l', 50), Priority.LOW);
        }
        var sent = new StringBuilder();
        while (sent.length() < 160_000) {
            sent.append(write(777, buffers));
        }
        long low = sent.chars().filter(c -> c == 'l').count();
        assertThat((double) low / sent.length()).isBetween(0.9 / 16, 1.1 / 16);
    }

    @Test
    void lowSavesUpNothingWhileItHasNothingToSend() {
        for (int i = 0; i < 100; i++) {
            queue.add(sized('h', 100), Priority.HIGH);
        }
        writeAll();
        for (int i = 0; i < 20; i++) {
            queue.add(sized('l', 100), Priority.LOW);
            queue.add(sized('h', 100), Priority.HIGH);
        }
        assertThat(write(1500, 64)).doesNotContain("l");
    }

    @Test
    void dropsLowFirstThenTheOldestAndNeverTheNewest() {
        queue.add(frame("reply"), Priority.NORMAL);
        queue.add(of(CHANNEL, "n1"), Priority.NORMAL);
        queue.add(of(OTHER, "l1"), Priority.LOW);
        queue.add(of(CHANNEL, "n2"), Priority.NORMAL);
        queue.add(frame("join"), Priority.LOW);
        queue.add(of(CHANNEL, "n3"), Priority.NORMAL);
        queue.dropUntil(13, lost::add);
        assertThat(queue.bytes()).isEqualTo(13);
        queue.dropUntil(1, lost::add);
        assertThat(queue.dropped()).isEqualTo(3);
        assertThat(writeAll()).isEqualTo("replyn3join");
    }

    @Test
    void whereOnlyLowMayGoTheOthersStay() {
        queue.add(of(CHANNEL, "n1"), Priority.NORMAL);
        queue.add(of(OTHER, "l1"), Priority.LOW);
        queue.add(frame("join"), Priority.LOW);
        queue.add(of(OTHER, "l2"), Priority.LOW);
        queue.add(of(CHANNEL, "h1"), Priority.HIGH);
        queue.dropLowUntil(10, lost::add);
        assertThat(queue.bytes()).isEqualTo(10);
        queue.dropLowUntil(0, lost::add);
        assertThat(lost).hasSize(2);
        assertThat(writeAll()).isEqualTo("h1n1join");
    }

    @Test
    void neverDropsWhatHasBeenBegun() {
        queue.add(of(CHANNEL, "begun"), Priority.NORMAL);
        queue.add(of(CHANNEL, "new"), Priority.NORMAL);
        assertThat(write(2, 64)).isEqualTo("be");
        queue.dropOf(CHANNEL, lost::add);
        queue.dropUntil(0, lost::add);
        assertThat(lost).hasSize(1);
        assertThat(writeAll()).isEqualTo("gun");
    }

    @Test
    void onlyWhatCannotBeDroppedLastsAndALongMessageOnItsOwnDoesNot() {
        Frame recovery = frame("a long message");
        recovery.single();
        queue.addFirst(recovery);
        queue.add(frame("12345"), Priority.NORMAL);
        queue.add(of(CHANNEL, "droppable"), Priority.NORMAL);
        assertThat(queue.lasting()).isEqualTo(5);
        write(14 + 2, 64);
        assertThat(queue.lasting()).isEqualTo(3);
        write(3, 64);
        assertThat(queue.lasting()).isZero();
        queue.addLast(frame("end"));
        assertThat(queue.lasting()).isEqualTo(3);
    }

    @Test
    void supersededFramesGo() {
        Frame older = of(CHANNEL, "older");
        older.supersede();
        queue.add(older, Priority.HIGH);
        queue.add(of(CHANNEL, "newest"), Priority.HIGH);
        queue.dropSuperseded(lost::add);
        assertThat(writeAll()).isEqualTo("newest");
    }

    /** A frame as the model knows it. */
    private record Known(int number, Priority lane, Frame frame) {}

    /** Frames say who they are: {@code <number lane>} and some filling. */
    private static Known known(int number, Priority lane, Random random) {
        String text = "<" + number + " " + lane + ">" + ".".repeat(random.nextInt(40));
        Frame frame = frame(text);
        if (random.nextInt(3) == 0) {
            frame.droppable(random.nextBoolean() ? CHANNEL : OTHER, 1);
        }
        return new Known(number, lane, frame);
    }

    @Test
    void anyOperationsLoseNothingAndKeepTheOrderOfALane() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("OutQueueLanesTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            queue.clear();
            lost.clear();
            anyOperations(random);
        }
    }

    private void anyOperations(Random random) {
        List<Known> added = new ArrayList<>();
        var sent = new StringBuilder();
        long bytes = 0;
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Priority lane = LANES.get(random.nextInt(3));
                    Known next = known(step, lane, random);
                    added.add(next);
                    queue.add(next.frame, lane);
                    bytes += next.frame.size();
                }
                case 2, 3 -> {
                    String part = write(random.nextInt(120), 1 + random.nextInt(5));
                    sent.append(part);
                    bytes -= part.length();
                }
                default -> {
                    int before = lost.size();
                    drop(random);
                    for (Frame frame : lost.subList(before, lost.size())) {
                        bytes -= frame.size();
                    }
                }
            }
            assertThat(queue.bytes()).isEqualTo(bytes);
            assertThat(queue.isEmpty()).isEqualTo(bytes == 0);
        }
        sent.append(writeAll());
        assertComplete(added, sent.toString());
    }

    private void drop(Random random) {
        if (random.nextBoolean()) {
            queue.dropUntil(random.nextInt(300), lost::add);
        } else {
            queue.dropOf(CHANNEL, lost::add);
        }
    }

    /** All that was not dropped is there as a whole, and each lane's in its order. */
    private void assertComplete(List<Known> added, String sent) {
        Map<Priority, StringBuilder> expected = new EnumMap<>(Priority.class);
        int length = 0;
        for (Known known : added) {
            if (lost.stream().noneMatch(frame -> frame.equals(known.frame))) {
                length += known.frame.size();
                expected.computeIfAbsent(known.lane, lane -> new StringBuilder())
                        .append("<" + known.number + " " + known.lane + ">");
            } else {
                assertThat(known.frame.droppableBy()).isNotNull();
            }
        }
        assertThat(sent).hasSize(length).matches("(<\\d+ [A-Z]+>\\.*)*");
        for (Priority lane : Priority.values()) {
            String ofLane = sent.replace(".", "").replaceAll("<\\d+ (?!" + lane + ">)[A-Z]+>", "");
            assertThat(ofLane)
                    .isEqualTo(expected.getOrDefault(lane, new StringBuilder()).toString());
        }
    }
}
