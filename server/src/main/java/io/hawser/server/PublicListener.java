package io.hawser.server;

import io.hawser.server.config.ClientConfig;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.websocket.Admission;
import io.hawser.server.websocket.WebSocketFront;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;

import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The public port: WebSockets by the {@link WebSocketFront}, HTTP by Undertow. Thread-safe. */
final class PublicListener implements AutoCloseable {
    /** Handshakes that the kernel may hold while they wait to be accepted. */
    private static final int BACKLOG = 4096;

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_POOLED_BUFFERS = 1024;
    private static final int BUFFERS_A_THREAD = 12;

    private final DefaultByteBufferPool pool =
            new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_POOLED_BUFFERS, BUFFERS_A_THREAD);
    private final HttpOpenListener http;
    private final WebSocketFront front;
    private final AcceptingChannel<StreamConnection> server;

    /**
     * @throws IOException if the address cannot be bound
     */
    PublicListener(
            XnioWorker worker, HawserConfig config, HttpHandler handler, Listeners.Limits limits)
            throws IOException {
        http = new HttpOpenListener(pool, limits.options());
        http.setRootHandler(handler);
        front =
                new WebSocketFront(
                        http,
                        pool,
                        new Admission(
                                config.server().handshakeRate(), config.server().handshakeQueue()),
                        new WebSocketFront.Timeouts(limits.idleMs(), limits.headMs()));
        server =
                worker.createStreamConnectionServer(
                        new InetSocketAddress(config.node().host(), config.node().port()),
                        ChannelListeners.openListenerAdapter(front),
                        socketOptions(config.client()));
        server.resumeAccepts();
    }

    private static OptionMap socketOptions(ClientConfig client) {
        OptionMap.Builder options =
                OptionMap.builder()
                        .set(Options.TCP_NODELAY, true)
                        .set(Options.REUSE_ADDRESSES, true)
                        .set(Options.BACKLOG, BACKLOG);
        if (client.sendBuffer().bytes() > 0) {
            options.set(Options.SEND_BUFFER, client.sendBuffer().intBytes());
        }
        if (client.receiveBuffer().bytes() > 0) {
            options.set(Options.RECEIVE_BUFFER, client.receiveBuffer().intBytes());
        }
        return options.getMap();
    }

    WebSocketFront front() {
        return front;
    }

    int port() {
        return server.getLocalAddress(InetSocketAddress.class).getPort();
    }

    @Override
    public void close() {
        IoUtils.safeClose(server);
        http.closeConnections();
        pool.close();
    }
}
