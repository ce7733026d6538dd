package io.hawser.cli.bench;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides who publishes when: by a schedule, by the deliveries that have arrived, or by replies.
 * Confined to the publishing event loop, but for {@link #isOn}.
 */
final class Publishing {
    /** Grants of one turn, so that the loop reads its connections in between. */
    private static final int TURN = 1024;

    private final BenchPlan plan;
    private final Board board;
    private final Window window;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Publisher> touched = new ArrayList<>();
    private final Latency replyLatency = new Latency();
    private int[] subscribers = {};
    private int mostSubscribers = 1;
    private @Nullable Schedule schedule;
    private volatile boolean on;

    private long granted;

    /** Deliveries that all grants bring. */
    private long grantedDeliveries;

    private long publishedInWindow;
    private long repliedInWindow;
    private long refused;
    private int lastError;

    Publishing(BenchPlan plan, Board board, Window window) {
        this.plan = plan;
        this.board = board;
        this.window = window;
    }

    void add(Publisher publisher) {
        publishers.add(publisher);
    }

    /** Begins; {@code ordered} is null in closed loop. */
    void begin(@Nullable Schedule ordered) {
        subscribers = new int[plan.channels()];
        for (int i = 0; i < subscribers.length; i++) {
            subscribers[i] = board.subscribers(plan.processes(), i);
            mostSubscribers = Math.max(mostSubscribers, subscribers[i]);
        }
        schedule = ordered;
        on = true;
    }

    void end() {
        on = false;
        board.done();
    }

    /** From any thread. */
    boolean isOn() {
        return on;
    }

    /** Gives everybody as much to do as the time or the deliveries allow. */
    void advance(long nowNs) {
        if (!on) {
            return;
        }
        if (schedule != null) {
            grantUntil(schedule.dueBy(Math.min(nowNs, window.untilNs() - 1)));
        } else if (plan.kind().expects()) {
            grantByDeliveries();
        } else {
            publishers.forEach(Publisher::pumpByReplies);
        }
    }

    private void grantUntil(long count) {
        while (granted < count) {
            grant(plan.publisherOf((int) (granted % plan.flows())));
        }
        pumpTouched();
    }

    private void grantByDeliveries() {
        long room = (long) plan.window() * publishers.size() * mostSubscribers;
        long outstanding = grantedDeliveries - board.delivered() - refusedDeliveries();
        for (int i = 0; i < TURN && outstanding < room; i++) {
            int publisher = (int) (granted % publishers.size());
            int flow = publishers.get(publisher).nextFlow();
            int deliveries = subscribers[plan.channelOf(flow)];
            grant(publisher);
            grantedDeliveries += deliveries;
            // A channel that nobody is in any more must not be published without end.
            outstanding += Math.max(1, deliveries);
        }
        pumpTouched();
    }

    private long refusedDeliveries() {
        return refused * mostSubscribers;
    }

    private void grant(int publisher) {
        publishers.get(publisher).grant();
        touched.add(publishers.get(publisher));
        granted++;
    }

    private void pumpTouched() {
        touched.forEach(Publisher::pump);
        touched.clear();
    }

    /** The time that goes into the {@code nth} publish of a flow. */
    long stampNs(int flow, int nth) {
        return schedule == null
                ? System.nanoTime()
                : schedule.dueNs((long) nth * plan.flows() + flow);
    }

    void published(int flow, long stampNs) {
        board.published(flow, subscribers[plan.channelOf(flow)]);
        if (window.contains(stampNs)) {
            publishedInWindow++;
        }
    }

    void replied(int flow, long stampNs, int error) {
        long nowNs = System.nanoTime();
        board.answered();
        if (error != 0) {
            refused++;
            lastError = error;
            board.refused(flow, subscribers[plan.channelOf(flow)]);
            return;
        }
        if (window.contains(nowNs)) {
            repliedInWindow++;
        }
        if (window.contains(stampNs)) {
            replyLatency.record(nowNs - stampNs);
        }
    }

    /** Publishes whose time has come and that wait for their connection; 0 in closed loop. */
    long unsent() {
        return schedule == null ? 0 : publishers.stream().mapToLong(Publisher::unsent).sum();
    }

    /** A publisher may have room again. */
    void answered(Publisher publisher) {
        if (schedule == null && !plan.kind().expects()) {
            publisher.pumpByReplies();
        } else {
            publisher.pump();
        }
    }

    /** Adds what came of it. */
    void report(BenchResult result) {
        result.add(Count.PUBLISHED_IN_WINDOW, publishedInWindow);
        result.add(Count.REPLIED_IN_WINDOW, repliedInWindow);
        result.add(Count.REFUSED, refused);
        result.add(Count.UNSENT, unsent());
        if (lastError != 0) {
            result.failure("publish_error_" + lastError, refused);
        }
        result.reply().add(replyLatency);
    }
}
