package io.hawser.cli.soak;

import io.hawser.cli.soak.Findings.Violation;
import io.hawser.grid.pubsub.StreamPosition;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * Compares, at the end, what a channel has stored with what was acknowledged and with what a client
 * saw. Pure, not thread-safe.
 *
 * <p>Nothing is asked of a publish that was not acknowledged: it may be in the stream or not, and
 * in it later than what was published after it. Nothing is asked of an epoch that was given up but
 * what {@link ChannelView} asks.
 */
final class ChannelCheck {
    private final String channel;
    private final Publishes publishes;
    private final StoredStream stored;
    private final Findings findings;

    ChannelCheck(String channel, Publishes publishes, StoredStream stored, Findings findings) {
        this.channel = channel;
        this.publishes = publishes;
        this.stored = stored;
        this.findings = findings;
    }

    /**
     * The stream has no hole, each message once and in order.
     *
     * @return whether it has no hole, so that the rest can be checked
     */
    boolean checkStream() {
        long expected = stored.first();
        for (Message message : stored.messages()) {
            if (message.offset() != expected++) {
                violated(Violation.HOLE, stream(), "at " + message);
                return false;
            }
        }
        if (expected != stored.top().offset() + 1) {
            violated(Violation.HOLE, stream(), "ends with " + (expected - 1) + ": " + stored.top());
            return false;
        }
        checkRow(stream(), stored.first(), stored.top().offset(), stored::number);
        return true;
    }

    /** What was acknowledged in the epoch that the stream still has is there. */
    void checkAcknowledged() {
        for (long number = 1; number <= publishes.lastSent(); number++) {
            StreamPosition position = publishes.at(number);
            if (position == null || !position.epoch().equals(stored.top().epoch())) {
                continue;
            }
            if (position.offset() > stored.top().offset()) {
                violated(
                        Violation.LOST,
                        stream(),
                        number + " was stored at " + position + ", it ends at " + stored.top());
            } else if (position.offset() >= stored.first()
                    && stored.number(position.offset()) != number) {
                violated(
                        Violation.LOST,
                        stream(),
                        number
                                + " was stored at "
                                + position
                                + ", there is "
                                + stored.number(position.offset()));
            }
        }
    }

    /** What the client saw is what is stored, and it has seen the end. */
    void checkView(ChannelView view) {
        for (Segment segment : view.segments()) {
            checkRow(view.toString(), segment.first(), segment.last(), segment::number);
            if (segment.epoch().equals(stored.top().epoch())) {
                checkStored(view, segment);
            }
        }
        if (!view.isLive() || !stored.top().equals(view.position())) {
            violated(
                    Violation.LEFT_BEHIND,
                    view.toString(),
                    "%s at %s, the stream is at %s"
                            .formatted(
                                    view.isLive() ? "live" : "not live",
                                    view.position(),
                                    stored.top()));
        }
    }

    private void checkStored(ChannelView view, Segment segment) {
        if (segment.last() > stored.top().offset()) {
            violated(
                    Violation.FORKED,
                    view.toString(),
                    "saw " + segment.last() + ", the stream ends at " + stored.top());
        }
        long from = Math.max(segment.first(), stored.first());
        long to = Math.min(segment.last(), stored.top().offset());
        for (long offset = from; offset <= to; offset++) {
            if (segment.number(offset) != stored.number(offset)) {
                violated(
                        Violation.FORKED,
                        view.toString(),
                        "saw %d at %d of %s, the stream has %d there"
                                .formatted(
                                        segment.number(offset),
                                        offset,
                                        segment.epoch(),
                                        stored.number(offset)));
                return;
            }
        }
    }

    /**
     * Each number at most once, and those that were acknowledged here behind all lower ones: the
     * next one is only sent after that.
     */
    private void checkRow(String where, long first, long last, LongUnaryOperator numbers) {
        Set<Long> known = new HashSet<>();
        long highest = 0;
        for (long offset = first; offset <= last; offset++) {
            long number = numbers.applyAsLong(offset);
            if (number < 1 || number > publishes.lastSent()) {
                violated(Violation.INVENTED, where, number + " at " + offset);
                return;
            }
            if (!known.add(number)) {
                violated(Violation.TWICE, where, number + " again at " + offset);
            }
            StreamPosition position = publishes.at(number);
            if (number < highest && position != null && position.offset() == offset) {
                violated(
                        Violation.OUT_OF_ORDER,
                        where,
                        number + " at " + offset + ", acknowledged there, behind " + highest);
            }
            highest = Math.max(highest, number);
        }
    }

    private String stream() {
        return "the stream of " + channel;
    }

    private void violated(Violation violation, String where, String what) {
        findings.violated(violation, where, what);
    }
}
