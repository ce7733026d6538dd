package io.hawser.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.delta.FossilDelta;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.protocol.SentPublication;
import io.hawser.server.protocol.SentPublication.DataForm;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class RecoveredTest {
    private static final Selection DELTA = new Selection(false, true, null);

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

        List<SentPublication> sent = Recovered.of(missed, DELTA);

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

        List<SentPublication> sent = Recovered.of(missed, DELTA);

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

        List<SentPublication> sent = Recovered.of(missed, filtered);

        assertThat(sent)
                .containsExactly(
                        SentPublication.plain(missed.get(0)), SentPublication.plain(missed.get(2)));
        assertThat(Recovered.of(missed, Selection.all(true))).hasSize(3);
    }
}
