package io.hawser.cli.bench;

import io.hawser.server.security.TokenIssuer;
import io.netty.channel.EventLoopGroup;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** The connections of one process. Its steps are for one thread. */
final class Worker implements Crew {
    private static final Duration TOKEN_LIFE = Duration.ofDays(1);
    private static final long DRAIN_LIMIT_MS = 60_000;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final BenchPlan plan;
    private final int process;
    private final Board board;
    private final Wire wire;
    private final Window window = new Window();
    private final List<Target> targets;
    private final List<Target> publishTargets;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Connector connector;
    private final Publishing publishing;
    private final @Nullable TokenIssuer issuer;
    private @Nullable EventLoopGroup publishLoop;
    private @Nullable Pacer pacer;
    private final List<Publisher> publishers = new ArrayList<>();
    private List<Subscriber> present = List.of();

    /** One thread that receives, with what is its own. */
    private record Receiver(EventLoopGroup loop, Inbox inbox, Tally tally) {}

    Worker(BenchPlan plan, int process, Board board) {
        this.plan = plan;
        this.process = process;
        this.board = board;
        wire = plan.protocol().wire();
        targets = plan.urls().stream().map(url -> Target.of(url, wire)).toList();
        publishTargets = plan.publishUrls().stream().map(url -> Target.of(url, wire)).toList();
        connector = new Connector(plan, board, process * plan.threads());
        publishing = new Publishing(plan, board, window);
        issuer = plan.secret().isEmpty() ? null : new TokenIssuer(plan.secret());
        for (int i = 0; i < plan.threads(); i++) {
            var tally = new Tally(plan, window, board, process * plan.threads() + i);
            receivers.add(new Receiver(Loops.named("receive-" + i), new Inbox(wire), tally));
        }
    }

    private static Target target(List<Target> among, int connection) {
        return among.get(connection % among.size());
    }

    private String token(String name) {
        if (issuer == null) {
            return plan.token();
        }
        Instant now = Instant.now();
        return issuer.connection(plan.user() + name, now).expiresAt(now.plus(TOKEN_LIFE)).sign();
    }

    @Override
    public boolean connect() throws InterruptedException {
        if (connectPublishers() && plan.kind().subscribes()) {
            connectSubscribers();
        }
        connector.settle();
        present = subscribers.stream().filter(Peer::isReady).toList();
        int[] counts = new int[plan.channels()];
        present.forEach(subscriber -> counts[subscriber.channelIndex()]++);
        for (int i = 0; i < counts.length; i++) {
            board.subscribers(process, i, counts[i]);
        }
        return !connector.unreachable();
    }

    private boolean connectPublishers() throws InterruptedException {
        if (!hasPublishers()) {
            return true;
        }
        EventLoopGroup loop = Loops.named("publish");
        publishLoop = loop;
        var inbox = new Inbox(wire);
        for (int i = 0; i < plan.publishers(); i++) {
            Publisher publisher = publisher(i, inbox);
            publishers.add(publisher);
            publishing.add(publisher);
            if (!connector.connect(publisher, loop)) {
                return false;
            }
        }
        return true;
    }

    /** One process has them all, so that one clock and one thread keep the schedule. */
    private boolean hasPublishers() {
        return process == 0 && plan.kind().publishes();
    }

    private Publisher publisher(int index, Inbox inbox) {
        int[] flows =
                IntStream.range(0, plan.flows())
                        .filter(flow -> plan.publisherOf(flow) == index)
                        .toArray();
        PublishFrame[] frames =
                IntStream.of(flows)
                        .mapToObj(flow -> frame(index, plan.channelOf(flow)))
                        .toArray(PublishFrame[]::new);
        boolean byReplies = plan.closedLoop() && !plan.kind().expects();
        int limit = byReplies ? plan.window() : Publisher.MAX_OUTSTANDING;
        String token = token("publisher-" + index);
        Target target = target(publishTargets, index);
        return new Publisher(inbox, target, connector, publishing, frames, flows, limit, token);
    }

    private PublishFrame frame(int publisher, int channel) {
        byte[] payload = Payload.of(plan.size(), plan.run(), publisher, channel);
        return new PublishFrame(wire, plan.channelName(channel), payload);
    }

    private void connectSubscribers() throws InterruptedException {
        for (int i = process; i < plan.connections(); i += plan.processes()) {
            Receiver receiver = receivers.get(i / plan.processes() % receivers.size());
            var subscriber =
                    new Subscriber(
                            receiver.inbox(),
                            target(targets, i),
                            connector,
                            receiver.tally(),
                            i % plan.channels(),
                            token(Integer.toString(i)));
            subscribers.add(subscriber);
            if (!connector.connect(subscriber, receiver.loop())) {
                return;
            }
        }
    }

    @Override
    public void start(long startNs) {
        long fromNs = startNs + TimeUnit.MILLISECONDS.toNanos(plan.warmupMs());
        long untilNs = fromNs + TimeUnit.MILLISECONDS.toNanos(plan.durationMs());
        window.set(fromNs, untilNs);
        if (publishLoop != null) {
            pacer = new Pacer(plan, publishing, publishLoop, startNs, untilNs);
            pacer.start();
        }
    }

    @Override
    public BenchResult finish() throws InterruptedException {
        if (plan.kind() != BenchKind.CONNECT) {
            awaitUntil(window.untilNs());
        }
        if (pacer != null) {
            pacer.join();
        }
        if (plan.kind().publishes()) {
            drain();
        }
        return report();
    }

    private static void awaitUntil(long timeNs) throws InterruptedException {
        while (System.nanoTime() < timeNs) {
            TimeUnit.NANOSECONDS.sleep(timeNs - System.nanoTime());
        }
    }

    /** Until all has arrived that was published, or nothing has for a while. */
    private void drain() throws InterruptedException {
        long beganNs = System.nanoTime();
        long lastNs = beganNs;
        long last = -1;
        while (!isComplete()
                && System.nanoTime() - lastNs < TimeUnit.MILLISECONDS.toNanos(plan.drainMs())
                && System.nanoTime() - beganNs < TimeUnit.MILLISECONDS.toNanos(DRAIN_LIMIT_MS)) {
            long now = board.delivered() + board.replied();
            lastNs = now == last ? lastNs : System.nanoTime();
            last = now;
            LockSupport.parkNanos(LOOK_NS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private boolean isComplete() {
        boolean delivered = !plan.kind().expects() || board.delivered() >= board.expected();
        return board.isDone() && delivered && board.replied() >= board.published();
    }

    private BenchResult report() {
        connector.leave();
        var result = new BenchResult();
        for (Receiver receiver : receivers) {
            onLoop(receiver.loop(), () -> report(receiver.tally(), result));
        }
        long wanted = hasPublishers() ? plan.publishers() : 0;
        wanted += plan.kind().subscribes() ? share() : 0;
        connector.report(result, wanted);
        if (publishLoop != null) {
            onLoop(publishLoop, () -> publishing.report(result));
            result.add(Count.PUBLISHED, board.published());
            result.add(Count.REPLIED, board.replied());
            result.add(Count.UNANSWERED, board.published() - board.replied());
            result.add(Count.EXPECTED, plan.kind().expects() ? board.expected() : 0);
        }
        result.add(Count.LOST, lost());
        return result;
    }

    private long share() {
        return IntStream.range(0, plan.connections())
                .filter(i -> i % plan.processes() == process)
                .count();
    }

    private static void onLoop(EventLoopGroup loop, Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    private static void report(Tally tally, BenchResult result) {
        result.add(Count.DELIVERED, tally.delivered);
        result.add(Count.DELIVERED_IN_WINDOW, tally.inWindow);
        result.add(Count.BYTES_IN_WINDOW, tally.bytesInWindow);
        result.add(Count.DUPLICATES, tally.duplicates);
        result.add(Count.DISORDERED, tally.disordered);
        result.add(Count.MISROUTED, tally.misrouted);
        result.add(Count.FOREIGN, tally.foreign);
        result.add(Count.UNMARKED, tally.unmarked);
        result.delivery().add(tally.latency);
    }

    /** Every loop has answered since it last received, so that what it wrote is seen here. */
    private long lost() {
        if (!plan.kind().expects()) {
            return subscribers.stream().mapToLong(Subscriber::missing).sum();
        }
        long lost = 0;
        for (int channel = 0; channel < plan.channels(); channel++) {
            lost += lost(channel);
        }
        return lost;
    }

    private long lost(int channel) {
        long lost = 0;
        List<Subscriber> here =
                plan.channels() == 1
                        ? present
                        : present.stream().filter(s -> s.channelIndex() == channel).toList();
        for (int nth = 0; plan.flow(channel, nth) < plan.flows(); nth++) {
            int flow = plan.flow(channel, nth);
            long published = board.published(flow);
            long refused = board.refused(flow);
            for (Subscriber subscriber : here) {
                lost += Math.max(0, subscriber.missing(nth, published) - refused);
            }
        }
        return lost;
    }

    @Override
    public void close() {
        connector.leave();
        if (pacer != null) {
            pacer.halt();
        }
        subscribers.forEach(Peer::leave);
        publishers.forEach(Peer::leave);
        receivers.forEach(receiver -> stop(receiver.loop()));
        if (publishLoop != null) {
            stop(publishLoop);
        }
    }

    private static void stop(EventLoopGroup loop) {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
