package io.hawser.cli.soak;

import io.hawser.cli.soak.Findings.Violation;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The log of what one client saw of one channel, across its connections, and the checks that need
 * nothing else: every gap is told, no offset comes twice, a recovery is what it says. Pure, not
 * thread-safe.
 *
 * <p>A told gap is a {@code recovered: false}: there the client knows that it has to begin anew. An
 * unsubscribe push or a lost connection only make it ask, from the position that it has.
 */
final class ChannelView {
    static final String DELIVERED = "delivered";
    static final String SUBSCRIBED = "subscribed without position";
    static final String RECOVERED = "recovered:true";
    static final String NOT_RECOVERED = "recovered:false";
    static final String NEW_EPOCH = "recovered:false, new epoch";
    static final String TRIMMED = "recovered:false, trimmed";
    static final String WENT_BACK = "recovered:false, the epoch has less than was seen";

    private final String name;
    private final long recoverable;
    private final Findings findings;
    private final List<Segment> segments = new ArrayList<>();
    private @Nullable Segment current;
    private boolean live;

    /**
     * One that has seen nothing.
     *
     * @param name of client and channel, for people
     * @param recoverable so many missed publications a node must be able to recover
     */
    ChannelView(String name, long recoverable, Findings findings) {
        this.name = name;
        this.recoverable = recoverable;
        this.findings = findings;
    }

    /** From where the client recovers; null if it has no position. */
    @Nullable StreamPosition position() {
        Segment row = current;
        return row == null ? null : new StreamPosition(row.last(), row.epoch());
    }

    boolean isLive() {
        return live;
    }

    /** What it saw, in order; between two of them the client was told, or forgot. */
    List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** The client forgets its position, as one that comes for the first time. */
    void forget() {
        live = false;
        current = null;
    }

    /** The next thing that the client saw. */
    void accept(Seen seen) {
        switch (seen) {
            case Seen.Subscribed answer -> {
                subscribed(answer);
                live = true;
            }
            case Seen.Published publication -> published(publication.message());
            case Seen.Over _ -> live = false;
        }
    }

    private void subscribed(Seen.Subscribed answer) {
        Segment before = current;
        if (before == null) {
            findings.count(SUBSCRIBED);
            expectNone(Violation.STRAY, answer);
            begin(answer.epoch(), answer.top());
        } else if (answer.recovered()) {
            findings.count(RECOVERED);
            recovered(before, answer);
        } else {
            findings.count(NOT_RECOVERED);
            expectNone(Violation.PARTIAL_REPLAY, answer);
            lost(before, answer);
            begin(answer.epoch(), answer.top());
        }
    }

    private void expectNone(Violation otherwise, Seen.Subscribed answer) {
        if (!answer.missed().isEmpty()) {
            violated(otherwise, answer.missed().size() + " publications in " + answer);
        }
    }

    private void recovered(Segment before, Seen.Subscribed answer) {
        if (!answer.epoch().equals(before.epoch())) {
            violated(
                    Violation.FALSE_RECOVERY,
                    "from " + position() + " into the epoch " + answer.epoch());
            begin(answer.epoch(), answer.top());
            return;
        }
        for (Message message : answer.missed()) {
            if (message.offset() != before.last() + 1) {
                violated(
                        Violation.FALSE_RECOVERY,
                        "after " + before.last() + " comes " + message.offset());
                begin(answer.epoch(), answer.top());
                return;
            }
            add(before, message);
        }
        if (before.last() != answer.top()) {
            violated(
                    Violation.FALSE_RECOVERY,
                    "ends at " + before.last() + ", the stream at " + answer.top());
            begin(answer.epoch(), answer.top());
        }
    }

    private void lost(Segment before, Seen.Subscribed answer) {
        long missing = answer.top() - before.last();
        if (!answer.epoch().equals(before.epoch())) {
            findings.count(NEW_EPOCH);
        } else if (missing < 0) {
            findings.count(WENT_BACK);
        } else if (missing > recoverable) {
            findings.count(TRIMMED);
        } else {
            violated(
                    Violation.NEEDLESS_LOSS,
                    "from " + position() + " not recovered, the stream ends at " + answer.top());
        }
    }

    private void published(Message message) {
        Segment row = current;
        if (!live || row == null) {
            violated(Violation.STRAY, message + " without a subscription");
            return;
        }
        if (message.offset() <= row.last()) {
            violated(Violation.REPEATED, message + " after " + row.last());
            return;
        }
        if (message.offset() > row.last() + 1) {
            violated(Violation.SILENT_GAP, message + " after " + row.last());
            row = begin(row.epoch(), message.offset() - 1);
        }
        add(row, message);
    }

    private void add(Segment row, Message message) {
        findings.count(DELIVERED);
        row.add(message.number());
    }

    private Segment begin(String epoch, long since) {
        var next = new Segment(epoch, since);
        segments.add(next);
        current = next;
        return next;
    }

    private void violated(Violation violation, String what) {
        findings.violated(violation, name, what);
    }

    @Override
    public String toString() {
        return name;
    }
}
