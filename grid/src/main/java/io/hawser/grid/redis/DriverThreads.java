package io.hawser.grid.redis;

import io.hawser.grid.thread.UrgentThreads;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The driver's threads and its clock. All publications come and go through them, so they go first
 * where threads wait for a core. One for two cores, like those of clients: the answer to a publish
 * and the publication itself come at the same time, and one thread wakes up once for both.
 * Thread-safe.
 */
final class DriverThreads extends DefaultEventLoopGroupProvider {
    private static final Logger log = LoggerFactory.getLogger(DriverThreads.class);
    private static final long TIMEOUT_SECONDS = 2;

    private volatile @Nullable EventLoopGroup group;

    private DriverThreads(int threads) {
        super(threads, DriverThreads::factory);
    }

    static ClientResources.Builder builder() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return DefaultClientResources.builder()
                .threadFactoryProvider(DriverThreads::factory)
                .eventLoopGroupProvider(new DriverThreads(threads));
    }

    private static ThreadFactory factory(String pool) {
        var factory = new DefaultThreadFactory(pool, true);
        return task -> factory.newThread(UrgentThreads.urgent(task));
    }

    @Override
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
        T allocated = super.allocate(type);
        group = allocated;
        return allocated;
    }

    /**
     * The thread that reads this connection, as the calling thread, if it is one of them; else any
     * of them, which must hand over to it what it writes.
     *
     * @param connection one made with resources of {@link #builder}
     */
    static Executor current(StatefulRedisConnection<?, ?> connection) {
        var threads = (DriverThreads) connection.getResources().eventLoopGroupProvider();
        EventLoopGroup all = threads.group;
        if (all == null) {
            throw new IllegalStateException("a connection without a thread of the driver");
        }
        for (EventExecutor each : all) {
            if (each.inEventLoop()) {
                return each;
            }
        }
        return all.next();
    }

    /**
     * Waits until each of the threads has looked once at all its connections.
     *
     * @param resources made with {@link #builder}
     * @param maxMs how long at most, in milliseconds
     * @return false if one of them has not
     */
    static boolean awaitLook(ClientResources resources, long maxMs) throws InterruptedException {
        EventLoopGroup all = ((DriverThreads) resources.eventLoopGroupProvider()).group;
        if (all == null) {
            return true;
        }
        List<EventExecutor> threads = new ArrayList<>();
        all.forEach(threads::add);
        var looked = new CountDownLatch(threads.size());
        try {
            for (EventExecutor thread : threads) {
                // What is due later runs in a later round, and each begins with the connections.
                thread.execute(
                        () -> {
                            var _ = thread.schedule(looked::countDown, 1, TimeUnit.MILLISECONDS);
                        });
            }
        } catch (RejectedExecutionException e) {
            log.debug("the driver has ended", e);
            return false;
        }
        return looked.await(maxMs, TimeUnit.MILLISECONDS);
    }

    /** Blocks for three seconds at most. */
    static void shutdown(ClientResources resources) {
        resources
                .shutdown(0, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(Duration.ofSeconds(TIMEOUT_SECONDS + 1).toMillis());
    }
}
