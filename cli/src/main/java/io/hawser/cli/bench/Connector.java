package io.hawser.cli.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens connections at a bounded rate, with a bounded number under way, and counts what becomes of
 * them. One thread connects; the connections' event loops report.
 */
final class Connector implements Peer.Watch {
    /** Fits the event loops' caches of buffers. */
    private static final int READ_BYTES = 32 * 1024;

    private static final long LOOK_MS = 20;

    /** So many failures before anybody has answered mean that nobody will. */
    private static final int HOPELESS = 64;

    private static final Set<String> UNREACHABLE =
            Set.of("refused", "connect_timeout", "no_route", "io_error");

    private final BenchPlan plan;
    private final Board board;

    /** Where on the board this process counts its connections. */
    private final int receiver;

    private final Semaphore room;
    private final Queue<Peer> underWay = new ArrayDeque<>();
    private final Latency handshakeLatency = new Latency();
    private final Latency readyLatency = new Latency();
    private final Map<String, Long> failures = new TreeMap<>();
    private long beganNs = Long.MAX_VALUE;
    private long lastHandshakeNs = Long.MIN_VALUE;
    private long lastReadyNs = Long.MIN_VALUE;
    private long asked;
    private long handshakes;
    private long ready;
    private long failed;
    private long lost;
    private boolean leaving;

    Connector(BenchPlan plan, Board board, int receiver) {
        this.plan = plan;
        this.board = board;
        this.receiver = receiver;
        room = new Semaphore(plan.inFlight());
    }

    /** Begins one more, once there is room and it is time; false if there is no point in more. */
    boolean connect(Peer peer, EventLoopGroup loop) throws InterruptedException {
        while (!room.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
            expire();
        }
        if (isHopeless()) {
            room.release();
            return false;
        }
        peer.begins(awaitTurn());
        underWay.add(peer);
        begin(peer, loop);
        return true;
    }

    /** When the attempt is due: by the rate asked for, else now. */
    private long awaitTurn() {
        long nowNs = System.nanoTime();
        beganNs = Math.min(beganNs, nowNs);
        long number = asked++;
        if (plan.connectRate() == 0) {
            return nowNs;
        }
        long dueNs = beganNs + (long) (number * 1e9 / plan.connectRate());
        while (System.nanoTime() < dueNs) {
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
        return dueNs;
    }

    private void begin(Peer peer, EventLoopGroup loop) {
        new Bootstrap()
                .group(loop)
                .channel(Loops.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) plan.timeoutMs())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .handler(handler(peer))
                .connect(peer.target().address())
                .addListener(
                        done -> {
                            if (!done.isSuccess()) {
                                peer.fail(reason(done.cause()));
                            }
                        });
    }

    private static ChannelHandler handler(Peer peer) {
        SslContext tls = peer.target().tls();
        if (tls == null) {
            return peer;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc()), peer);
            }
        };
    }

    static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("Too many open files")) {
            return "too_many_files";
        }
        if (text.contains("assign requested address")) {
            return "no_source_port";
        }
        return switch (cause) {
            case ConnectTimeoutException _ -> "connect_timeout";
            case NoRouteToHostException _ -> "no_route";
            case BindException _ -> "no_source_port";
            case ConnectException _ -> "refused";
            default -> "io_error";
        };
    }

    /** Waits until nothing is under way, which the timeout bounds. */
    void settle() throws InterruptedException {
        for (expire(); !underWay.isEmpty(); expire()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /** Gives up those that take too long; the first is the oldest. */
    private void expire() {
        long nowNs = System.nanoTime();
        for (Peer oldest = underWay.peek(); oldest != null; oldest = underWay.peek()) {
            boolean late =
                    nowNs - oldest.begunNs() > TimeUnit.MILLISECONDS.toNanos(plan.timeoutMs());
            if (!oldest.isReady() && !oldest.isOver()) {
                if (!late) {
                    return;
                }
                giveUp(oldest);
            }
            underWay.remove();
        }
    }

    private static void giveUp(Peer peer) {
        Channel channel = peer.channel();
        String reason = peer.isHandshaking() ? "handshake_timeout" : "ready_timeout";
        if (channel != null) {
            channel.eventLoop()
                    .execute(
                            () -> {
                                if (!peer.isReady()) {
                                    peer.fail(reason);
                                }
                            });
        }
    }

    private synchronized boolean isHopeless() {
        return handshakes == 0 && failed >= HOPELESS && unreachable();
    }

    /** Whether nobody answered any attempt. */
    synchronized boolean unreachable() {
        return handshakes == 0 && failed > 0 && UNREACHABLE.containsAll(failures.keySet());
    }

    @Override
    public synchronized void handshaken(Peer peer) {
        long nowNs = System.nanoTime();
        handshakes++;
        lastHandshakeNs = nowNs;
        handshakeLatency.record(nowNs - peer.begunNs());
    }

    @Override
    public synchronized void ready(Peer peer) {
        long nowNs = System.nanoTime();
        ready++;
        lastReadyNs = nowNs;
        readyLatency.record(nowNs - peer.begunNs());
        board.ready(receiver);
        room.release();
    }

    @Override
    public synchronized void failed(Peer peer, String reason) {
        if (leaving) {
            return;
        }
        failed++;
        failures.merge(reason, 1L, Long::sum);
        board.failed(receiver);
        room.release();
    }

    @Override
    public synchronized void lost(Peer peer, String reason) {
        if (!leaving) {
            lost++;
            failures.merge("lost_" + reason, 1L, Long::sum);
        }
    }

    /** Connections that end from now on are ours to end. */
    synchronized void leave() {
        leaving = true;
    }

    /** Adds what came of it; {@code wanted} connections were to be made. */
    synchronized void report(BenchResult result, long wanted) {
        result.add(Count.ASKED, wanted);
        result.add(Count.HANDSHAKES, handshakes);
        result.add(Count.READY, ready);
        // Those that were not even tried have failed as well.
        result.add(Count.FAILED, failed + wanted - asked);
        result.add(Count.CONNECTIONS_LOST, lost);
        failures.forEach(result::failure);
        result.handshake().add(handshakeLatency);
        result.ready().add(readyLatency);
        result.connecting(beganNs, lastHandshakeNs, lastReadyNs);
    }
}
