package io.hawser.grid.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.BrokerException.Reason;
import io.lettuce.core.RedisCommandExecutionException;

import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();

    private static BrokerException of(Reason reason) {
        return new BrokerException(reason, "test", new RedisCommandExecutionException("READONLY"));
    }

    @Test
    void lastUntilSomethingIsDone() {
        assertThat(refusals.last(0)).isFalse();
        refusals.ended(of(Reason.UNAVAILABLE), 5);
        assertThat(refusals.last(6)).isTrue();
        refusals.ended(null, 7);
        assertThat(refusals.last(8)).isFalse();
    }

    @Test
    void lastNotForEverIfNobodyAsks() {
        refusals.ended(of(Reason.UNAVAILABLE), 5);
        assertThat(refusals.last(4 + Refusals.LASTS_NANOS)).isTrue();
        assertThat(refusals.last(5 + Refusals.LASTS_NANOS)).isFalse();
    }

    @Test
    void whatIsWrongWithTheCommandIsNotTheServersRefusal() {
        refusals.ended(of(Reason.QUEUE_FULL), 5);
        refusals.ended(of(Reason.FAILED), 5);
        refusals.ended(new BrokerException(Reason.UNAVAILABLE, "not connected"), 5);
        refusals.ended(new IllegalStateException("test"), 5);
        assertThat(refusals.last(6)).isFalse();
    }
}
