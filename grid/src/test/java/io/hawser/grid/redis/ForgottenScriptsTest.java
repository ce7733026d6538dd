package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.redis.CommandPipeline.Job;
import io.lettuce.core.protocol.CommandType;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link ForgottenScripts}: what is repeated, in which order, and what must not be. */
class ForgottenScriptsTest {
    private final ForgottenScripts forgotten = new ForgottenScripts();

    private Job<byte[]> refused(String key) {
        Job<byte[]> job =
                new Job<>(
                        key,
                        RedisCall.text(CommandType.PING, List.of()),
                        new CompletableFuture<>());
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
        Job<byte[]> overtaken = refused("a");
        Job<byte[]> other = refused("b");
        forgotten.succeeded("a");
        Job<byte[]> later = refused("a");
        assertThat(forgotten.takeToRepeat()).containsExactly(other, later);
        assertThat(overtaken.answer()).isCompletedExceptionally();
        assertThat(later.answer()).isNotDone();
    }

    @Test
    void withoutAKeyOrderDoesNotMatter() {
        Job<byte[]> job = refused("");
        forgotten.succeeded("");
        assertThat(forgotten.takeToRepeat()).containsExactly(job);
    }
}
