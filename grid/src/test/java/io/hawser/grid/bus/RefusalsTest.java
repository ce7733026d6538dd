package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.redis.RedisFailure;
import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.RedisCommandExecutionException;

import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();

    private static RedisFailure answer(String error) {
        return RedisFailure.of(new RedisCommandExecutionException(error));
    }

    @Test
    void lastUntilSomethingIsDone() {
        assertThat(refusals.last(0)).isFalse();
        refusals.failed(answer("READONLY"), 5);
        assertThat(refusals.last(6)).isTrue();
        refusals.carriedOut();
        assertThat(refusals.last(8)).isFalse();
    }

    @Test
    void lastNotForEverIfNobodyAsks() {
        refusals.failed(answer("OOM command not allowed"), 5);
        assertThat(refusals.last(4 + Refusals.LASTS_NANOS)).isTrue();
        assertThat(refusals.last(5 + Refusals.LASTS_NANOS)).isFalse();
    }

    @Test
    void whatIsWrongWithTheCommandIsNotTheServersRefusal() {
        refusals.failed(new RedisFailure(Kind.QUEUE_FULL, "test"), 5);
        refusals.failed(answer("ERR wrong number of arguments"), 5);
        refusals.failed(new RedisFailure(Kind.UNAVAILABLE, "not connected"), 5);
        assertThat(refusals.last(6)).isFalse();
    }
}
