package io.hawser.server.api;

import io.hawser.grid.pubsub.Payload;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of bytes into lines; blank ones do not count. Of a line that is too long nothing is
 * kept, and the next one is read as if nothing had happened. Pure; not thread-safe.
 */
final class LineSplitter {
    private final int maxLineBytes;
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private boolean tooLong;
    private boolean blank = true;

    /** A line that is not blank. */
    sealed interface Line {
        /** Without its line break. */
        record Whole(Payload text) implements Line {}

        /** Longer than it may be. */
        record TooLong() implements Line {}
    }

    /**
     * @param maxLineBytes without the line break
     */
    LineSplitter(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    /** The lines that end in this part. */
    List<Line> feed(ByteBuffer part) {
        List<Line> lines = new ArrayList<>();
        while (part.hasRemaining()) {
            byte next = part.get();
            if (next == '\n') {
                end(lines);
            } else {
                add(next);
            }
        }
        return lines;
    }

    private void add(byte next) {
        if (tooLong) {
            return;
        }
        blank &= next == ' ' || next == '\t' || next == '\r';
        if (open.size() == maxLineBytes) {
            tooLong = true;
            open.reset();
        } else {
            open.write(next);
        }
    }

    private void end(List<Line> lines) {
        if (tooLong) {
            lines.add(new Line.TooLong());
        } else if (!blank) {
            lines.add(new Line.Whole(Payload.of(open.toByteArray())));
        }
        open.reset();
        tooLong = false;
        blank = true;
    }

    /** The line that the stream ends with, if it has no line break. */
    List<Line> finish() {
        List<Line> lines = new ArrayList<>(1);
        end(lines);
        return lines;
    }
}
