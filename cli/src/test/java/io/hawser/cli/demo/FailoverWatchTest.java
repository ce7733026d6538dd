package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.TreeMap;

final class FailoverWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final FailoverWatch watch = new FailoverWatch();

    @Test
    void tellsOnceWhenAllAreBackElsewhere() {
        watch.lost("n2", counts(0, 0, Map.of("n1", 5, "n2", 5)), 0);

        assertThat(watch.news(counts(0, 0, Map.of("n1", 5, "n2", 5)), SECOND)).isEmpty();
        assertThat(watch.news(counts(0, 0, Map.of("n1", 5)), SECOND)).isEmpty();
        assertThat(watch.news(counts(30, 2, Map.of("n1", 10)), 3 * SECOND / 2))
                .containsExactly(
                        "all 5 clients of n2 are back on other nodes after 1.5 s: recovered 30, missing 2");
        assertThat(watch.news(counts(30, 2, Map.of("n1", 10)), 2 * SECOND)).isEmpty();
    }

    @Test
    void aNodeWithoutClientsIsNoNews() {
        watch.lost("n2", counts(0, 0, Map.of("n1", 5)), 0);

        assertThat(watch.news(counts(0, 0, Map.of("n1", 5)), SECOND)).isEmpty();
    }

    private static CrowdCounts counts(long recovered, long missing, Map<String, Integer> perNode) {
        int connected = perNode.values().stream().mapToInt(Integer::intValue).sum();
        return new CrowdCounts(
                connected, new TreeMap<>(perNode), 0, missing, 0, 0, 0, recovered, 0);
    }
}
