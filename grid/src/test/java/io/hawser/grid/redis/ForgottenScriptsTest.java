package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.redis.CommandPipeline.Job;
import io.lettuce.core.protocol.CommandType;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** {@link ForgottenScripts}: what is repeated, in which order, and what must not be. */
class ForgottenScriptsTest {
    private final ForgottenScripts forgotten = new ForgottenScripts();
    private final List<RedisFailure> failures = new ArrayList<>();

    private Job<byte[]> refused(String key) {
        Job<byte[]> job =
                new Job<>(
                        key,
                        RedisCall.text(CommandType.PING, new RedisArguments()),
                        (value, failure) -> failures.add(failure));
        forgotten.add(job);
        return job;
    }

    @Test
    void everythingIsRepeatedInOrder() {
        assertThat(forgotten.any()).isFalse();
        Job<byte[]> first = refused("a");
        Job<byte[]> second = refused("b");
        Job<byte[]> third = refused("a");
        assertThat(forgotten.any()).isTrue();
        assertThat(forgotten.takeToRepeat()).containsExactly(first, second, third);
        assertThat(forgotten.any()).isFalse();
        assertThat(forgotten.takeToRepeat()).isEmpty();
    }

    @Test
    void whatALaterOneOfItsKeyHasOvertakenFails() {
        refused("a");
        Job<byte[]> other = refused("b");
        forgotten.succeeded("a");
        Job<byte[]> later = refused("a");
        assertThat(forgotten.takeToRepeat()).containsExactly(other, later);
        assertThat(failures)
                .singleElement()
                .extracting(RedisFailure::kind)
                .isEqualTo(RedisFailure.Kind.UNAVAILABLE);
    }

    @Test
    void withoutAKeyOrderDoesNotMatter() {
        Job<byte[]> job = refused("");
        forgotten.succeeded("");
        assertThat(forgotten.takeToRepeat()).containsExactly(job);
    }
}
