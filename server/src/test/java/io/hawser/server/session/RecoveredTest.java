package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.delta.BadDeltaException;
import io.hawser.server.delta.FossilDelta;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.protocol.SentPublication;
import io.hawser.server.protocol.SentPublication.DataForm;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

class RecoveredTest {
    private static final Selection DELTA = new Selection(false, true, null);

    private final RecoveredDeltas deltas = new RecoveredDeltas();

    private List<SentPublication> recovered(List<Publication> missed, Selection selection) {
        return Recovered.of("c", missed, selection, deltas);
    }

    private static Publication publication(long offset, String data, String tag) {
        return new Publication(offset, Payload.of(data), null, Map.of("k", tag), 1);
    }

    private static List<DataForm> forms(List<SentPublication> sent) {
        return sent.stream().map(SentPublication::form).toList();
    }

    private static List<Long> offsets(List<SentPublication> sent) {
        return sent.stream().map(one -> one.publication().offset()).toList();
    }

    @Test
    void aRowOfDeltasBeginsWholeAndKeepsToWhatIsShorter() throws Exception {
        String long1 = "[\"" + "a long text ".repeat(20) + "\",1]";
        String long2 = long1.replace(",1]", ",2]");
        List<Publication> missed =
                List.of(
                        publication(1, long1, ""),
                        publication(2, long2, ""),
                        publication(3, "3", ""),
                        publication(4, long1, ""),
                        publication(5, long2, ""));

        List<SentPublication> sent = recovered(missed, DELTA);

        assertThat(offsets(sent)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(forms(sent))
                .containsExactly(
                        DataForm.WHOLE,
                        DataForm.DELTA,
                        DataForm.WHOLE,
                        DataForm.WHOLE,
                        DataForm.DELTA);
        for (int i : List.of(1, 4)) {
            byte[] delta = sent.get(i).publication().data().bytes();
            assertThat(FossilDelta.apply(missed.get(i - 1).data().bytes(), delta))
                    .isEqualTo(missed.get(i).data().bytes());
        }
    }

    @Test
    void beyondSomeBytesTheRestIsWhole() {
        String large = "[\"" + "x".repeat(100_000) + "\"]";
        List<Publication> missed =
                IntStream.rangeClosed(1, 9).mapToObj(i -> publication(i, large, "")).toList();

        List<SentPublication> sent = recovered(missed, DELTA);

        assertThat(forms(sent)).contains(DataForm.DELTA).endsWith(DataForm.WHOLE).hasSize(9);
    }

    @Test
    void aFilterPicksAndLeavesTheDataAlone() throws Exception {
        var leaf = new FilterNode("", "k", "eq", "a", List.of(), List.of());
        var filtered = new Selection(false, false, TagFilter.compile(leaf));
        List<Publication> missed =
                List.of(
                        publication(1, "1", "a"),
                        publication(2, "2", "b"),
                        publication(3, "3", "a"));

        List<SentPublication> sent = recovered(missed, filtered);

        assertThat(sent)
                .containsExactly(
                        SentPublication.plain(missed.get(0)), SentPublication.plain(missed.get(2)));
        assertThat(recovered(missed, Selection.all(true))).hasSize(3);
    }

    private static String text(long number) {
        return "[\"" + "a long text ".repeat(20) + "\"," + number + "]";
    }

    private static Payload data(List<SentPublication> sent, int index) {
        return sent.get(index).publication().data();
    }

    /** The same object, not an equal one: nothing was searched again. */
    @Test
    void whoComesLaterSharesTheDeltasOfWhoCameFirst() {
        List<Publication> missed =
                IntStream.rangeClosed(1, 300).mapToObj(i -> publication(i, text(i), "")).toList();
        List<SentPublication> first = recovered(missed, DELTA);

        // As another read of the same stream brings it, from further on.
        List<Publication> again =
                IntStream.rangeClosed(50, 300).mapToObj(i -> publication(i, text(i), "")).toList();
        List<SentPublication> second = recovered(again, DELTA);

        assertThat(second.getFirst().form()).isEqualTo(DataForm.WHOLE);
        Set<Payload> made = Collections.newSetFromMap(new IdentityHashMap<>());
        first.forEach(sent -> made.add(sent.publication().data()));
        long shared =
                IntStream.range(1, second.size())
                        .filter(i -> made.contains(data(second, i)))
                        .count();
        // Slots may collide; most do not.
        assertThat(shared).isGreaterThan(200);
    }

    @Test
    void whatWasNotWorthADeltaIsNotSearchedAgain() {
        List<Publication> missed = List.of(publication(1, text(1), ""), publication(2, "2", ""));
        recovered(missed, DELTA);
        assertThat(deltas.find("c", 2, Payload.of(text(1)), Payload.of("2")))
                .isEqualTo(Payload.EMPTY);
        assertThat(deltas.find("c", 2, Payload.of(text(1)), Payload.of("3"))).isNull();
        assertThat(deltas.find("c", 2, Payload.of(text(2)), Payload.of("2"))).isNull();
    }

    /** A stream that was forked has other publications under the same numbers. */
    @Test
    void manyChannelsAndForkedStreamsStillGetWhatWasPublished() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("RecoveredTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            String channel = "c" + random.nextInt(20);
            int since = random.nextInt(10);
            List<Publication> missed =
                    IntStream.rangeClosed(since, since + random.nextInt(20))
                            .mapToObj(n -> publication(n, text(n + random.nextInt(2)), ""))
                            .toList();
            assertMakes(missed, Recovered.of(channel, missed, DELTA, deltas));
        }
    }

    private static void assertMakes(List<Publication> missed, List<SentPublication> sent)
            throws BadDeltaException {
        byte[] before = {};
        for (int i = 0; i < missed.size(); i++) {
            byte[] bytes = data(sent, i).bytes();
            boolean delta = sent.get(i).form() == DataForm.DELTA;
            before = delta ? FossilDelta.apply(before, bytes) : bytes;
            assertThat(before).isEqualTo(missed.get(i).data().bytes());
        }
    }
}
