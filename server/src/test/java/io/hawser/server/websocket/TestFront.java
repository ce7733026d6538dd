package io.hawser.server.websocket;

import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpOpenListener;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;

import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A {@link WebSocketFront} with real sockets, and Undertow behind it. Thread-safe. */
final class TestFront implements AutoCloseable {
    /** Longer than a thread of a busy machine stands still. */
    static final int REQUEST_TIMEOUT_MS = 60_000;

    static final int MAX_MESSAGE_BYTES = 1000;
    static final String PATH = "/ws";

    private final XnioWorker worker;
    private final DefaultByteBufferPool pool = new DefaultByteBufferPool(true, 16 * 1024, 100, 4);
    private final SocketCloser closer = SocketCloser.start();
    private final AcceptingChannel<StreamConnection> server;

    /** Close reasons that the endpoint was told, one a socket. */
    final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();

    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    TestFront(UpgradeGate gate, Consumer<SocketSession> open) throws IOException {
        this(new Admission(1_000_000, 1_000), gate, open, REQUEST_TIMEOUT_MS);
    }

    TestFront(
            Admission admission,
            UpgradeGate gate,
            Consumer<SocketSession> open,
            int requestTimeoutMs)
            throws IOException {
        worker =
                Xnio.getInstance()
                        .createWorker(
                                OptionMap.builder()
                                        .set(Options.WORKER_IO_THREADS, 1)
                                        .set(Options.THREAD_DAEMON, true)
                                        .getMap());
        var http = new HttpOpenListener(pool, OptionMap.EMPTY);
        http.setRootHandler(
                exchange -> exchange.getResponseSender().send("path " + exchange.getRequestPath()));
        var front =
                new WebSocketFront(
                        http,
                        pool,
                        admission,
                        new WebSocketFront.Timeouts(requestTimeoutMs, requestTimeoutMs));
        var config =
                ServerEndpointConfig.Builder.create(Endpoint.class, PATH)
                        .subprotocols(List.of("second", "first"))
                        .build();
        front.serve(
                List.of(new WebSocketPath(config, new Told(open), MAX_MESSAGE_BYTES, closer)),
                gate);
        server =
                worker.createStreamConnectionServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ChannelListeners.openListenerAdapter(front),
                        OptionMap.create(Options.TCP_NODELAY, true));
        server.resumeAccepts();
    }

    int port() {
        return server.getLocalAddress(InetSocketAddress.class).getPort();
    }

    /** Ends the I/O thread while sockets are open. */
    void shutDown() throws InterruptedException {
        IoUtils.safeClose(server);
        worker.shutdownNow();
        worker.awaitTermination();
    }

    @Override
    public void close() {
        if (!worker.isShutdown()) { // a server whose threads have ended never closes
            IoUtils.safeClose(server);
            worker.shutdownNow();
        }
        closer.close();
        pool.close();
    }

    private final class Told extends Endpoint {
        private final Consumer<SocketSession> open;

        Told(Consumer<SocketSession> open) {
            this.open = open;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            open.accept((SocketSession) session);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            closed.add(reason);
        }

        @Override
        public void onError(Session session, Throwable failure) {
            errors.add(failure);
        }
    }
}
