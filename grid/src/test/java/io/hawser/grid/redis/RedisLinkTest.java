package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection whose probes the driver gives up, as it does with those that stand behind much. */
class RedisLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();

    /** How many probes come before the server falls silent. */
    private volatile int talksFor = Integer.MAX_VALUE;

    private final RedisLink<StatefulRedisConnection<String, String>> link =
            new RedisLink<>(
                    "test",
                    Duration.ofMillis(500),
                    RedisLinkTest::connection,
                    new GivenUp(),
                    maxMs -> true,
                    () -> {});

    private final class GivenUp
            implements RedisLink.Listener<StatefulRedisConnection<String, String>> {
        @Override
        public void opened(StatefulRedisConnection<String, String> connection) {
            opened.incrementAndGet();
        }

        @Override
        public RedisFuture<?> probe(StatefulRedisConnection<String, String> connection) {
            if (probes.incrementAndGet() <= talksFor) {
                link.heard();
            }
            var command =
                    new AsyncCommand<>(
                            new Command<>(CommandType.PING, new StatusOutput<>(StringCodec.UTF8)));
            command.completeExceptionally(new RedisCommandTimeoutException("given up"));
            return command;
        }
    }

    @SuppressWarnings("unchecked")
    private static StatefulRedisConnection<String, String> connection() {
        return (StatefulRedisConnection<String, String>)
                Proxy.newProxyInstance(
                        RedisLinkTest.class.getClassLoader(),
                        new Class<?>[] {StatefulRedisConnection.class},
                        (proxy, method, arguments) ->
                                method.getReturnType() == boolean.class ? Boolean.TRUE : null);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void whileMuchComesAConnectionIsKeptAndAskedAgain() {
        link.start();
        await().atMost(PATIENCE).until(() -> probes.get() > 100);
        assertThat(opened).hasValue(1);
        assertThat(link.current()).isNotNull();
    }

    @Test
    void whoFallsSilentIsReplaced() {
        talksFor = 10;
        link.start();
        await().atMost(PATIENCE).until(() -> opened.get() > 1);
        assertThat(probes.get()).isGreaterThan(10);
    }
}
