package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.redis.CommandPipeline.Job;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** {@link ForgottenScripts}: what is repeated, in which order, and what must not be. */
class ForgottenScriptsTest {
    private final ForgottenScripts forgotten = new ForgottenScripts();

    private Job<String> refused(String key) {
        Job<String> job =
                new Job<>(
                        key,
                        commands -> {
                            throw new IllegalStateException("not sent here");
                        },
                        new CompletableFuture<>());
        forgotten.add(job);
        return job;
    }

    @Test
    void everythingIsRepeatedInOrder() {
        assertThat(forgotten.any()).isFalse();
        Job<String> first = refused("a");
        Job<String> second = refused("b");
        Job<String> third = refused("a");
        assertThat(forgotten.any()).isTrue();
        assertThat(forgotten.takeToRepeat()).containsExactly(first, second, third);
        assertThat(forgotten.any()).isFalse();
        assertThat(forgotten.takeToRepeat()).isEmpty();
    }

    @Test
    void whatALaterOneOfItsKeyHasOvertakenFails() {
        Job<String> overtaken = refused("a");
        Job<String> other = refused("b");
        forgotten.succeeded("a");
        Job<String> later = refused("a");
        assertThat(forgotten.takeToRepeat()).containsExactly(other, later);
        assertThat(overtaken.answer()).isCompletedExceptionally();
        assertThat(later.answer()).isNotDone();
    }

    @Test
    void withoutAKeyOrderDoesNotMatter() {
        Job<String> job = refused("");
        forgotten.succeeded("");
        assertThat(forgotten.takeToRepeat()).containsExactly(job);
    }
}
