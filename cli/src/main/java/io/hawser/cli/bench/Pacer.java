package io.hawser.cli.bench;

import io.netty.channel.EventLoopGroup;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock of the publishers: a thread that wakes their event loop when a publish is due, or when
 * deliveries have made room, since a selector's timeout is no finer than a millisecond.
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
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean halted;

    Pacer(BenchPlan plan, Publishing publishing, EventLoopGroup loop, long startNs, long untilNs) {
        this.plan = plan;
        this.publishing = publishing;
        this.loop = loop;
        this.startNs = startNs;
        this.untilNs = untilNs;
        thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the last publish has been sent. */
    void join() throws InterruptedException {
        thread.join();
    }

    void halt() {
        halted = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        parkUntil(startNs);
        if (plan.closedLoop()) {
            loop.submit(() -> publishing.begin(null)).syncUninterruptibly();
            closedLoop();
        } else {
            var schedule = new Schedule(startNs, plan.rate());
            loop.submit(() -> publishing.begin(schedule)).syncUninterruptibly();
            openLoop(schedule);
            leaveTime();
        }
        loop.submit(this::end).syncUninterruptibly();
    }

    private void end() {
        if (!plan.closedLoop()) {
            publishing.advance(System.nanoTime());
        }
        publishing.end();
    }

    private void closedLoop() {
        while (System.nanoTime() < untilNs && !halted) {
            wake();
            LockSupport.parkNanos(plan.kind().expects() ? LOOK_NS : 50 * LOOK_NS);
        }
    }

    private void openLoop(Schedule schedule) {
        for (long number = 0; schedule.dueNs(number) < untilNs && !halted; ) {
            parkUntil(schedule.dueNs(number));
            wake();
            number = Math.max(number + 1, schedule.dueBy(System.nanoTime()));
        }
    }

    /** What was due at the end goes as soon as its connection takes it, if that takes not long. */
    private void leaveTime() {
        wake();
        long limitNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.drainMs());
        while (!halted && System.nanoTime() - limitNs < 0 && unsent() > 0) {
            LockSupport.parkNanos(LAST_LOOK_NS);
        }
    }

    private long unsent() {
        return loop.submit(publishing::unsent).syncUninterruptibly().getNow();
    }

    private void wake() {
        if (asked.compareAndSet(false, true)) {
            loop.execute(
                    () -> {
                        asked.set(false);
                        publishing.advance(System.nanoTime());
                    });
        }
    }

    private void parkUntil(long timeNs) {
        for (long left = timeNs - System.nanoTime();
                left > 0 && !halted;
                left = timeNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
