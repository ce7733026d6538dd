package io.hawser.grid.redis;

import io.hawser.grid.thread.UrgentThreads;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.util.concurrent.DefaultThreadFactory;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The driver's threads and its clock. All publications come and go through them, so they go first
 * where threads wait for a core. One for two cores, like those of clients: the answer to a publish
 * and the publication itself come at the same time, and one thread wakes up once for both.
 * Thread-safe.
 */
final class DriverThreads {
    private static final long TIMEOUT_SECONDS = 2;

    private DriverThreads() {}

    static ClientResources.Builder builder() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return DefaultClientResources.builder()
                .threadFactoryProvider(DriverThreads::factory)
                .eventLoopGroupProvider(
                        new DefaultEventLoopGroupProvider(threads, DriverThreads::factory));
    }

    private static ThreadFactory factory(String pool) {
        var factory = new DefaultThreadFactory(pool, true);
        return task -> factory.newThread(UrgentThreads.urgent(task));
    }

    /** Blocks for three seconds at most. */
    static void shutdown(ClientResources resources) {
        resources
                .shutdown(0, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(Duration.ofSeconds(TIMEOUT_SECONDS + 1).toMillis());
    }
}
