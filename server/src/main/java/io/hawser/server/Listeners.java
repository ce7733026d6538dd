package io.hawser.server;

import io.hawser.grid.thread.UrgentThreads;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.websocket.WebSocketFront;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;

import org.xnio.Option;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/**
 * The two ports of a node. The public one has the I/O threads that own the connections; the admin
 * port has threads of its own, so that a scrape never waits behind clients. Thread-safe.
 */
final class Listeners implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_HEADERS = 100;

    private static final long MAX_BODY_BYTES = 8L << 20;

    /**
     * How long a client may take, in milliseconds; then it is cut off. None of these counts once a
     * connection has become a WebSocket.
     *
     * @param headMs from the first byte of a request to the end of its head
     * @param bodyMs from there to the end of its body
     * @param idleMs to send a byte of the first or the next request
     */
    record Limits(int headMs, int bodyMs, int idleMs) {
        static final Limits DEFAULT = new Limits(10_000, 30_000, 75_000);

        OptionMap options() {
            return OptionMap.builder()
                    .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
                    .set(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                    .set(UndertowOptions.MAX_ENTITY_SIZE, MAX_BODY_BYTES)
                    .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, headMs)
                    .set(UndertowOptions.NO_REQUEST_TIMEOUT, idleMs)
                    .getMap();
        }
    }

    private final XnioWorker publicWorker;
    private final PublicListener publicListener;
    private final Undertow adminListener;

    private Listeners(
            XnioWorker publicWorker, PublicListener publicListener, Undertow adminListener) {
        this.publicWorker = publicWorker;
        this.publicListener = publicListener;
        this.adminListener = adminListener;
    }

    /**
     * Binds both ports and answers with the handlers.
     *
     * @throws StartException if a port cannot be bound
     */
    static Listeners open(HawserConfig config, HttpHandler publicRoutes, HttpHandler adminRoutes)
            throws StartException {
        return open(config, Limits.DEFAULT, publicRoutes, adminRoutes);
    }

    static Listeners open(
            HawserConfig config, Limits limits, HttpHandler publicRoutes, HttpHandler adminRoutes)
            throws StartException {
        XnioWorker worker = worker("io", ioThreads(config), 16);
        urge(worker);
        PublicListener publicListener = publicListener(worker, config, limits, publicRoutes);
        XnioWorker adminWorker = worker("admin", 1, 4);
        Undertow adminListener =
                listener(
                        adminWorker,
                        limits,
                        config.admin().host(),
                        config.admin().port(),
                        adminRoutes);
        try {
            start(
                    adminListener,
                    adminWorker,
                    "admin",
                    config.admin().host(),
                    config.admin().port());
        } catch (StartException e) {
            publicListener.close();
            worker.shutdownNow();
            throw e;
        }
        return new Listeners(worker, publicListener, adminListener);
    }

    private static int ioThreads(HawserConfig config) {
        int wanted = config.node().ioThreads();
        return wanted > 0 ? wanted : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static XnioWorker worker(String name, int ioThreads, int taskThreads) {
        OptionMap options =
                OptionMap.builder()
                        .set(Options.WORKER_NAME, name)
                        .set(Options.WORKER_IO_THREADS, ioThreads)
                        .set(Options.WORKER_TASK_CORE_THREADS, taskThreads)
                        .set(Options.WORKER_TASK_MAX_THREADS, taskThreads)
                        .set(Options.THREAD_DAEMON, true)
                        .getMap();
        try {
            return Xnio.getInstance().createWorker(options);
        } catch (IOException e) {
            throw new IllegalStateException("cannot open selectors for " + name, e);
        }
    }

    /** The thread that accepts too, which a worker does not give. */
    private static void urge(XnioWorker worker) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread instanceof XnioIoThread io && worker.equals(io.getWorker())) {
                io.execute(UrgentThreads::raiseCurrent);
            }
        }
    }

    private static PublicListener publicListener(
            XnioWorker worker, HawserConfig config, Limits limits, HttpHandler handler)
            throws StartException {
        try {
            return new PublicListener(
                    worker, config, new BodyDeadline(handler, limits.bodyMs()), limits);
        } catch (IOException | RuntimeException e) {
            worker.shutdownNow();
            throw new StartException(
                    reason(e, "node", config.node().host(), config.node().port()), e);
        }
    }

    private static Undertow listener(
            XnioWorker worker, Limits limits, String host, int port, HttpHandler handler) {
        Undertow.Builder builder = Undertow.builder().setWorker(worker);
        OptionMap options = limits.options();
        for (Option<?> option : options) {
            copy(option, options, builder);
        }
        return builder.addHttpListener(port, host, new BodyDeadline(handler, limits.bodyMs()))
                .build();
    }

    private static <T> void copy(Option<T> option, OptionMap from, Undertow.Builder to) {
        to.setServerOption(option, from.get(option));
    }

    private static void start(
            Undertow listener, XnioWorker worker, String section, String host, int port)
            throws StartException {
        try {
            listener.start();
        } catch (RuntimeException e) {
            worker.shutdownNow();
            throw new StartException(reason(e, section, host, port), e);
        }
    }

    private static String reason(Exception failure, String section, String host, int port) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "cannot listen on %s:%d (%s): stop what listens there, or set %s.port or %s.host"
                        .formatted(host, port, cause.getMessage(), section, section);
            }
        }
        return "cannot listen on %s:%d: %s".formatted(host, port, failure.getMessage());
    }

    WebSocketFront front() {
        return publicListener.front();
    }

    int publicPort() {
        return publicListener.port();
    }

    int adminPort() {
        return port(adminListener);
    }

    private static int port(Undertow listener) {
        return ((InetSocketAddress) listener.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void close() {
        adminListener.stop();
        publicListener.close();
        publicWorker.shutdownNow();
    }
}
