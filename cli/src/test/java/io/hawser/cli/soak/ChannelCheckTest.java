package io.hawser.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.soak.Findings.Violation;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What is well passes, and each thing that must not be is noticed. */
class ChannelCheckTest {
    private final Findings findings = new Findings();
    private final Publishes publishes = new Publishes();
    private final ChannelView view = new ChannelView("client", 1000, findings);

    /** The next number, acknowledged at that place. */
    private void stored(long offset, String epoch) {
        publishes.acknowledged(publishes.send(), new StreamPosition(offset, epoch));
    }

    private void unknown() {
        publishes.send();
    }

    /** The stream of epoch "a" from that offset on. */
    private static StoredStream stream(long first, long... numbers) {
        List<Message> messages = new ArrayList<>();
        for (long number : numbers) {
            messages.add(new Message(first + messages.size(), number));
        }
        return new StoredStream(new StreamPosition(first + numbers.length - 1, "a"), messages);
    }

    private void saw(String epoch, long since, long... numbers) {
        view.accept(new Seen.Subscribed(epoch, since, false, List.of()));
        for (long number : numbers) {
            view.accept(new Seen.Published(new Message(++since, number)));
        }
    }

    private void check(StoredStream stream) {
        var check = new ChannelCheck("soak:1", publishes, stream, findings);
        if (check.checkStream()) {
            check.checkAcknowledged();
            check.checkView(view);
        }
    }

    private void assertFound(Violation... violations) {
        assertThat(findings.violations()).containsOnlyKeys(violations);
    }

    private void assertWell() {
        assertThat(findings.violations()).isEmpty();
    }

    @Test
    void whatIsStoredAndSeenIsWell() {
        stored(1, "a");
        stored(2, "a");
        stored(3, "a");
        saw("a", 1, 2, 3);
        check(stream(1, 1, 2, 3));
        assertWell();
    }

    @Test
    void whatWasCutOffInFrontIsNotAskedFor() {
        stored(1, "a");
        stored(2, "a");
        stored(3, "a");
        saw("a", 0, 1, 2, 3);
        check(stream(3, 3));
        assertWell();
    }

    @Test
    void anEmptyStreamIsWell() {
        saw("a", 0);
        check(stream(1));
        assertWell();
    }

    @Test
    void whatNobodyAcknowledgedMayBeThereOrNotAndLate() {
        unknown();
        stored(1, "a");
        unknown();
        stored(2, "a");
        saw("a", 0, 2, 4, 1);
        check(stream(1, 2, 4, 1));
        assertWell();
    }

    @Test
    void anEpochThatWasGivenUpIsNotAskedFor() {
        stored(1, "z");
        stored(2, "z");
        stored(1, "a");
        saw("z", 0, 1, 2);
        view.accept(new Seen.Over());
        view.accept(new Seen.Subscribed("a", 1, false, List.of()));
        check(stream(1, 3));
        assertWell();
    }

    @Test
    void acknowledgedAndBehindTheEnd() {
        stored(1, "a");
        stored(2, "a");
        saw("a", 0, 1);
        check(stream(1, 1));
        assertFound(Violation.LOST);
    }

    @Test
    void acknowledgedAndReplaced() {
        stored(1, "a");
        stored(2, "a");
        unknown();
        saw("a", 0, 1, 3);
        check(stream(1, 1, 3));
        assertFound(Violation.LOST);
    }

    @Test
    void anotherMessageThanTheStreamHas() {
        stored(1, "a");
        unknown();
        unknown();
        saw("a", 0, 1, 2);
        check(stream(1, 1, 3));
        assertFound(Violation.FORKED);
    }

    @Test
    void moreThanTheStreamHas() {
        stored(1, "a");
        unknown();
        saw("a", 0, 1, 2);
        check(stream(1, 1));
        assertFound(Violation.FORKED, Violation.LEFT_BEHIND);
    }

    @Test
    void notAtTheEnd() {
        stored(1, "a");
        stored(2, "a");
        saw("a", 0, 1);
        check(stream(1, 1, 2));
        assertFound(Violation.LEFT_BEHIND);
    }

    @Test
    void inAnEpochThatIsOver() {
        stored(1, "z");
        saw("z", 0, 1);
        check(stream(1, 1));
        assertFound(Violation.LEFT_BEHIND);
    }

    @Test
    void notThereAtTheEnd() {
        stored(1, "a");
        saw("a", 0, 1);
        view.accept(new Seen.Over());
        check(stream(1, 1));
        assertFound(Violation.LEFT_BEHIND);
    }

    @Test
    void aMessageTwice() {
        unknown();
        unknown();
        saw("a", 0, 1, 1);
        check(stream(1, 1, 1));
        assertThat(findings.violations()).containsEntry(Violation.TWICE, 2L).hasSize(1);
    }

    @Test
    void acknowledgedBeforeTheNextAndStoredBehindIt() {
        stored(2, "a");
        stored(1, "a");
        saw("a", 2);
        check(stream(1, 2, 1));
        assertFound(Violation.OUT_OF_ORDER);
    }

    @Test
    void aWrongOrderThatOnlyTheClientSaw() {
        stored(2, "z");
        stored(1, "z");
        saw("z", 0, 2, 1);
        view.accept(new Seen.Over());
        view.accept(new Seen.Subscribed("a", 0, false, List.of()));
        check(stream(1));
        assertFound(Violation.OUT_OF_ORDER);
    }

    @Test
    void aMessageOfNobody() {
        stored(1, "a");
        saw("a", 1);
        check(stream(1, 7));
        assertFound(Violation.INVENTED, Violation.LOST);
    }

    @Test
    void aHoleInTheStream() {
        stored(1, "a");
        stored(3, "a");
        saw("a", 3);
        check(
                new StoredStream(
                        new StreamPosition(3, "a"), List.of(new Message(1, 1), new Message(3, 2))));
        assertFound(Violation.HOLE);
    }

    @Test
    void aStreamThatEndsBeforeItsEnd() {
        stored(1, "a");
        saw("a", 2);
        check(new StoredStream(new StreamPosition(2, "a"), List.of(new Message(1, 1))));
        assertFound(Violation.HOLE);
    }
}
