package io.hawser.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.soak.Findings.Violation;
import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

/** What is well passes, and each thing that must not be is noticed. */
class ChannelViewTest {
    private static final long RECOVERABLE = 10;

    private final Findings findings = new Findings();
    private final ChannelView view = new ChannelView("client", RECOVERABLE, findings);

    private void fresh(String epoch, long top) {
        view.accept(new Seen.Subscribed(epoch, top, false, List.of()));
    }

    private void recovered(String epoch, long top, long... missed) {
        view.accept(new Seen.Subscribed(epoch, top, true, messages(missed)));
    }

    private void notRecovered(String epoch, long top, long... missed) {
        view.accept(new Seen.Subscribed(epoch, top, false, messages(missed)));
    }

    private static List<Message> messages(long... offsets) {
        return LongStream.of(offsets).mapToObj(ChannelViewTest::message).toList();
    }

    private static Message message(long offset) {
        return new Message(offset, offset + 1000);
    }

    private void live(long... offsets) {
        messages(offsets).forEach(message -> view.accept(new Seen.Published(message)));
    }

    private void over() {
        view.accept(new Seen.Over());
    }

    private void assertFound(Violation... violations) {
        assertThat(findings.violations()).containsOnlyKeys(violations);
    }

    private void assertWell() {
        assertThat(findings.violations()).isEmpty();
    }

    @Test
    void oneAfterTheOtherAcrossConnectionsIsWell() {
        fresh("a", 5);
        live(6, 7);
        over();
        recovered("a", 9, 8, 9);
        live(10);
        over();
        recovered("a", 10);
        live(11);
        assertWell();
        assertThat(view.position()).isEqualTo(new StreamPosition(11, "a"));
        assertThat(view.segments()).hasSize(1);
        assertThat(view.segments().getFirst().number(9)).isEqualTo(1009);
        assertThat(findings.counted(ChannelView.DELIVERED)).isEqualTo(6);
        assertThat(findings.counted(ChannelView.RECOVERED)).isEqualTo(2);
    }

    @Test
    void whoIsToldBeginsAnew() {
        fresh("a", 5);
        live(6);
        over();
        notRecovered("b", 2);
        live(3);
        over();
        notRecovered("b", 100);
        live(101);
        over();
        notRecovered("b", 50);
        live(51);
        assertWell();
        assertThat(view.segments()).hasSize(4);
        assertThat(findings.counted(ChannelView.NEW_EPOCH)).isEqualTo(1);
        assertThat(findings.counted(ChannelView.TRIMMED)).isEqualTo(1);
        assertThat(findings.counted(ChannelView.WENT_BACK)).isEqualTo(1);
    }

    @Test
    void whoForgetsComesAsANewOne() {
        fresh("a", 5);
        live(6);
        over();
        view.forget();
        assertThat(view.position()).isNull();
        fresh("a", 20);
        live(21);
        assertWell();
    }

    @Test
    void anOffsetThatIsPassedOver() {
        fresh("a", 5);
        live(6, 8, 9);
        assertFound(Violation.SILENT_GAP);
        assertThat(findings.violations()).containsEntry(Violation.SILENT_GAP, 1L);
    }

    @Test
    void theFirstOffsetThatIsPassedOver() {
        fresh("a", 5);
        live(7);
        assertFound(Violation.SILENT_GAP);
    }

    @Test
    void anOffsetThatComesAgain() {
        fresh("a", 5);
        live(6, 7, 7);
        assertFound(Violation.REPEATED);
    }

    @Test
    void offsetsThatSwap() {
        fresh("a", 5);
        live(7, 6);
        assertFound(Violation.SILENT_GAP, Violation.REPEATED);
    }

    @Test
    void aPublicationAfterTheEnd() {
        fresh("a", 5);
        over();
        live(6);
        assertFound(Violation.STRAY);
    }

    @Test
    void aPublicationBeforeTheBeginning() {
        live(6);
        assertFound(Violation.STRAY);
    }

    @Test
    void publicationsThatNobodyAskedFor() {
        view.accept(new Seen.Subscribed("a", 6, false, messages(6)));
        assertFound(Violation.STRAY);
    }

    @Test
    void aRecoveryIntoAnotherEpoch() {
        fresh("a", 5);
        over();
        recovered("b", 5);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryWithAHole() {
        fresh("a", 5);
        over();
        recovered("a", 9, 6, 8, 9);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryThatBeginsTooLate() {
        fresh("a", 5);
        over();
        recovered("a", 7, 7);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryThatEndsTooSoon() {
        fresh("a", 5);
        over();
        recovered("a", 8, 6, 7);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryOfNothingAlthoughThereIsSomething() {
        fresh("a", 5);
        over();
        recovered("a", 8);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryThatRepeats() {
        fresh("a", 5);
        live(6);
        over();
        recovered("a", 7, 6, 7);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aRecoveryFromBehindTheEnd() {
        fresh("a", 5);
        live(6, 7);
        over();
        recovered("a", 6);
        assertFound(Violation.FALSE_RECOVERY);
    }

    @Test
    void aHoleBehindARecovery() {
        fresh("a", 5);
        over();
        recovered("a", 6, 6);
        live(8);
        assertFound(Violation.SILENT_GAP);
    }

    @Test
    void aPartOfWhatWasMissed() {
        fresh("a", 5);
        over();
        notRecovered("b", 3, 2, 3);
        assertFound(Violation.PARTIAL_REPLAY);
    }

    @Test
    void aLossThatIsNone() {
        fresh("a", 5);
        over();
        notRecovered("a", 5 + RECOVERABLE);
        assertFound(Violation.NEEDLESS_LOSS);
    }
}
