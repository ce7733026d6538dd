package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

class LocalSubscriptionsTest {
    private long nowNanos = Long.MAX_VALUE - 5;
    private final LocalSubscriptions kept =
            new LocalSubscriptions(Duration.ofSeconds(10), () -> nowNanos);

    private Map<String, String> load(String key) {
        return kept.load(key).toCompletableFuture().join();
    }

    private void pass(int seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void keepsAndForgets() {
        kept.keep("u:ann", "news", "one");
        kept.keep("u:ann", "sport", "two");
        kept.keep("u:bob", "news", "three");
        kept.forget("u:ann", "news");
        assertThat(load("u:ann")).isEqualTo(Map.of("sport", "two"));
        kept.forget("u:bob", "");
        assertThat(load("u:bob")).isEmpty();
        kept.forget("u:nobody", "news");
        assertThat(kept.failures()).isZero();
    }

    @Test
    void livesAWhileAfterItWasLastUsed() {
        kept.keep("u:ann", "news", "one");
        pass(9);
        assertThat(load("u:ann")).isNotEmpty();
        pass(9);
        assertThat(load("u:ann")).isNotEmpty();
        pass(10);
        assertThat(load("u:ann")).isEmpty();
    }

    @Test
    void theLeastLatelyUsedMakesRoom() {
        for (int i = 0; i < 10_000; i++) {
            kept.keep("u:" + i, "news", "one");
        }
        assertThat(load("u:0")).isNotEmpty();
        kept.keep("u:more", "news", "one");
        assertThat(load("u:0")).isNotEmpty();
        assertThat(load("u:1")).isEmpty();
        assertThat(load("u:more")).isNotEmpty();
    }
}
