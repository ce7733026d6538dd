package io.hawser.cli.bench;

import io.netty.channel.EventLoopGroup;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The clock of the publishers. Looks, on their event loop, when a publish is due, or whether
 * deliveries have made room.
 */
final class Pacer {
    /** How often the closed loop looks. */
    private static final long LOOK_NS = 20_000;

    /** How often it looks whether all has been sent. */
    private static final long LAST_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final BenchPlan plan;
    private final Publishing publishing;
    private final EventLoopGroup loop;
    private final long startNs;
    private final long untilNs;
    private final @Nullable Schedule schedule;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile boolean halted;

    Pacer(BenchPlan plan, Publishing publishing, EventLoopGroup loop, long startNs, long untilNs) {
        this.plan = plan;
        this.publishing = publishing;
        this.loop = loop;
        this.startNs = startNs;
        this.untilNs = untilNs;
        schedule = plan.closedLoop() ? null : new Schedule(startNs, plan.rate());
    }

    void start() {
        at(startNs, this::begin);
    }

    /** Waits until the last publish has been sent. */
    void join() throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("publishing failed", e.getCause());
        }
    }

    /** It ends at its next look. From any thread. */
    void halt() {
        halted = true;
    }

    private void at(long timeNs, Runnable step) {
        long delayNs = timeNs - System.nanoTime();
        var _ =
                loop.schedule(step, delayNs, TimeUnit.NANOSECONDS)
                        .addListener(
                                done -> {
                                    if (!done.isSuccess()) {
                                        ended.completeExceptionally(done.cause());
                                    }
                                });
    }

    private void begin() {
        publishing.begin(schedule);
        look();
    }

    private void look() {
        long nowNs = System.nanoTime();
        publishing.advance(nowNs);
        long nextNs = nextNs(nowNs);
        if (halted || nextNs >= untilNs) {
            at(untilNs, this::leaveTime);
        } else {
            at(nextNs, this::look);
        }
    }

    private long nextNs(long nowNs) {
        if (schedule != null) {
            return schedule.dueNs(schedule.dueBy(nowNs));
        }
        return nowNs + (plan.kind().expects() ? LOOK_NS : 50 * LOOK_NS);
    }

    /** What was due at the end goes as soon as its connection takes it, if that takes not long. */
    private void leaveTime() {
        if (schedule != null) {
            publishing.advance(System.nanoTime());
        }
        long limitNs = untilNs + TimeUnit.MILLISECONDS.toNanos(plan.drainMs());
        if (!halted && System.nanoTime() - limitNs < 0 && publishing.unsent() > 0) {
            at(System.nanoTime() + LAST_LOOK_NS, this::leaveTime);
            return;
        }
        publishing.end();
        ended.complete(null);
    }
}
