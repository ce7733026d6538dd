package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

class ReplicaWaitTest {
    private final ArrayDeque<Answered<Long>> asked = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final ReplicaWait replicas = new ReplicaWait(2, Duration.ofMillis(250), asked::add);

    /** A publish that has been answered by the server. */
    private void written(String what) {
        replicas.before((value, failure) -> heard.add(failure == null ? "" + value : "no " + what))
                .answered(what, null);
    }

    @Test
    void anAnswerWaitsUntilAsManyReplicasHaveIt() {
        written("a");
        assertThat(heard).isEmpty();
        asked.remove().answered(2L, null);
        assertThat(heard).containsExactly("a");
        written("b");
        asked.remove().answered(3L, null);
        assertThat(heard).containsExactly("a", "b");
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsAnsweredMeanwhileIsAskedForTogetherAndInOrder() {
        written("a");
        written("b");
        written("c");
        assertThat(asked).hasSize(1);
        asked.remove().answered(2L, null);
        assertThat(heard).containsExactly("a");
        assertThat(asked).hasSize(1);
        asked.remove().answered(2L, null);
        assertThat(heard).containsExactly("a", "b", "c");
        assertThat(asked).isEmpty();
    }

    @Test
    void tooFewReplicasAreAFailureThatPasses() {
        List<RedisFailure> failures = new ArrayList<>();
        replicas.before((value, failure) -> failures.add(failure)).answered("a", null);
        asked.remove().answered(1L, null);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().kind()).isEqualTo(RedisFailure.Kind.UNAVAILABLE);
        assertThat(failures.getFirst()).hasMessageContaining("1 replicas of 2");
    }

    @Test
    void anotherConnectionSaysNothingOfWhatTheFirstOneWrote() {
        replicas.connected();
        written("a");
        replicas.connected();
        written("b");
        asked.remove().answered(2L, null);
        asked.remove().answered(2L, null);
        assertThat(heard).containsExactly("no a", "b");
    }

    @Test
    void failuresAreNotHeldBack() {
        var refused = new RedisFailure(RedisFailure.Kind.REFUSED, "no");
        replicas.before((value, failure) -> heard.add(failure == refused ? "no" : "yes"))
                .answered(null, refused);
        assertThat(heard).containsExactly("no");
        assertThat(asked).isEmpty();
        written("a");
        asked.remove().answered(null, refused);
        assertThat(heard).containsExactly("no", "no a");
    }
}
