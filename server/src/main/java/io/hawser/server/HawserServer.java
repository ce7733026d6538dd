package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.cluster.GridRefusedException;
import io.hawser.grid.cluster.GridStartException;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.delivery.AcknowledgedDelivery;
import io.hawser.grid.delivery.PositionLimits;
import io.hawser.grid.event.Happening;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.thread.UrgentThreads;
import io.hawser.server.affinity.SessionAffinity;
import io.hawser.server.config.ConfigFingerprint;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.endpoint.FanOut;
import io.hawser.server.endpoint.StreamTransport;
import io.hawser.server.endpoint.WebSocketTransport;
import io.hawser.server.health.Health;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenVerifier;
import io.hawser.server.session.ClusterCommands;
import io.hawser.server.session.RecoveredDeltas;
import io.hawser.server.session.SessionContext;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.SessionListener;
import io.hawser.server.session.Sessions;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.DatabaseSettings;
import io.hawser.server.storage.RecorderLimits;
import io.hawser.server.storage.SessionRecorder;
import io.hawser.server.uring.IoUring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One node: puts the parts together, starts them in order and stops them in reverse. Thread-safe;
 * {@link #start} and {@link #close} block for seconds.
 */
public final class HawserServer implements AutoCloseable {
    /** As told to clients and other nodes. */
    public static final String VERSION = "0.1.0";

    private static final Logger log = LoggerFactory.getLogger(HawserServer.class);

    private final HawserConfig config;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    /** What has been started, newest first: closed in this order. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private int publicPort;
    private int adminPort;

    /** Something to be closed, and what to call it if that fails. */
    private record Part(String name, AutoCloseable closeable) {}

    private HawserServer(HawserConfig config) {
        this.config = config;
    }

    /**
     * Starts a node and returns once it serves. Redis and PostgreSQL may be away: the node then
     * starts degraded and keeps trying.
     *
     * @throws StartException if it cannot start: a port is in use, the grid refuses it
     */
    public static HawserServer start(HawserConfig config) throws StartException {
        var server = new HawserServer(config);
        try {
            server.open();
            return server;
        } catch (StartException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open() throws StartException {
        var counters = new SessionCounters();
        var sessions = new Sessions();
        var shedding = new Shedding();
        var control = new ControlChannel(new ClusterCommands(sessions));
        var policy =
                new ChannelPolicy(
                        config.channel(), config.allNamespaces(), config.client().insecure());
        var fanOut =
                started(
                        "fan-out",
                        new FanOut(
                                control,
                                counters,
                                config.client(),
                                shedding,
                                policy::priority,
                                IoUring.probe(config.server().ioUring())));
        Database database = started("database", database());
        var routes = new NodeRoutes(config, policy, counters, sessions, database, shedding);
        UrgentThreads.raiseCollector();
        Listeners listeners =
                started(
                        "listeners",
                        Listeners.open(config, routes.publicHandler(), routes.adminHandler()));
        publicPort = listeners.publicPort();
        adminPort = listeners.adminPort();

        OverloadWatch overload =
                started(
                        "overload watch",
                        OverloadWatch.start(
                                config.node().maxConnections(),
                                fanOut::connections,
                                shedding,
                                routes.health()));
        started("stuck watch", StuckWatch.start(fanOut::isStuck, counters.stuck));
        LoadMeter meter = started("load meter", meter(counters, fanOut, shedding));
        Grid grid = started("grid", join(fanOut, meter, routes.policy(), shedding));
        overload.alertsTo(grid.events()::emit);
        AcknowledgedDelivery delivery =
                started("delivery", grid.delivery(limits(), config.hasPositions()));
        SessionRecorder recorder =
                started(
                        "recorder",
                        SessionRecorder.start(
                                database,
                                config.node().id(),
                                grid.nodes().localIncarnation(),
                                RecorderLimits.DEFAULT));
        var affinity =
                new SessionAffinity(
                        grid.affinity(), sessions, grid.nodes().localId(), config.affinity());
        grid.affinity().start(affinity::keys);
        var departures =
                new Departures(
                        config,
                        grid,
                        routes.health(),
                        fanOut,
                        new SessionRecords(recorder).and(affinity),
                        affinity);
        SessionContext context =
                context(
                        grid,
                        routes.policy(),
                        sessions,
                        counters,
                        delivery,
                        departures.listener(),
                        affinity);
        WebSocketTransport transport =
                started("websocket transport", transport(context, fanOut, routes.health()));
        transport.serve(listeners.front());
        StreamTransport streams =
                started(
                        "stream transport",
                        streams(context, fanOut, routes.health(), listeners, grid));
        FailoverPart failover = started("failover", FailoverPart.start(config, grid, control));
        EventPart events = started("events", EventPart.start(config, grid, control));
        ScalingPart scaling = started("scaling", ScalingPart.start(config, grid));
        OutboxPart outbox =
                started("outbox", OutboxPart.start(config, grid, database, routes.policy()));
        Balance balance =
                started(
                        "balance",
                        Balance.start(config.balance(), grid.nodes(), grid.events()::emit));
        routes.open(
                grid,
                affinity,
                scaling,
                failover,
                events,
                outbox,
                delivery,
                recorder,
                streams.handler(transport.handler()),
                fanOut::slow,
                balance,
                context.tokens(),
                departures.orders());
        started("agent port", departures.openAgent(balance.score(meter::load)));

        grid.nodes().listen(new Fence(sessions, routes.health()));
        grid.nodes().listeningOn(publicPort, adminPort);
        grid.nodes().become(NodeStatus.ACTIVE);
        grid.snapshot(
                () ->
                        meter.snapshot(
                                config.node().id(),
                                grid.nodes().localIncarnation(),
                                grid.hub().channelCount()));
        routes.health().become(Health.Phase.SERVING);
        started("clients", departures::sendClientsAway);
        grid.events().emit(new Happening.ConfigLoaded(VERSION, ConfigFingerprint.of(config)));
        log.atInfo()
                .addKeyValue("node", config.node().id())
                .addKeyValue("public_port", publicPort)
                .addKeyValue("admin_port", adminPort)
                .log("node.ready");
    }

    private <T extends AutoCloseable> T started(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    private PositionLimits limits() {
        return new PositionLimits(
                config.delivery().positionTtl(), config.delivery().positionsPerUser());
    }

    private Database database() {
        if (!config.database().enabled()) {
            return Database.off();
        }
        return Database.open(
                new DatabaseSettings(
                        config.database().url().reveal(),
                        config.database().user(),
                        config.database().password().reveal(),
                        DatabaseSettings.DEFAULT_POOL_SIZE));
    }

    private LoadMeter meter(SessionCounters counters, FanOut fanOut, Shedding shedding) {
        var meter =
                new LoadMeter(
                        counters,
                        fanOut::connections,
                        fanOut::takeLatency,
                        config.node().maxConnections(),
                        shedding::isOn);
        meter.start();
        return meter;
    }

    private Grid join(FanOut fanOut, LoadMeter meter, ChannelPolicy policy, Shedding shedding)
            throws StartException {
        try {
            return Grid.join(
                    GridSetup.options(config, publicPort, adminPort, VERSION),
                    fanOut,
                    meter::load,
                    policy::priority,
                    shedding,
                    this::expelled);
        } catch (GridRefusedException | GridStartException e) {
            throw new StartException("the grid cannot be joined: " + e.getMessage(), e);
        }
    }

    /** The grid was merged with one that this node does not fit into. */
    private void expelled(GridRefusedException why) {
        log.atError().addKeyValue("reason", why.getMessage()).log("node.expelled");
        Thread.ofPlatform().name("expelled").start(this::close);
    }

    private SessionContext context(
            Grid grid,
            ChannelPolicy policy,
            Sessions sessions,
            SessionCounters counters,
            AcknowledgedDelivery delivery,
            SessionListener listener,
            SessionAffinity affinity) {
        return new SessionContext(
                config.client(),
                policy,
                new TokenVerifier(
                        config.token().hmacSecret().reveal(),
                        GridSetup.orNull(config.token().audience()),
                        GridSetup.orNull(config.token().issuer())),
                grid.hub(),
                grid.broker(),
                grid.presence(),
                sessions,
                listener,
                affinity,
                counters,
                delivery,
                new RecoveredDeltas(),
                connectData(),
                VERSION,
                InstantSource.system());
    }

    /** The demo's page shows which node serves it. */
    private Payload connectData() {
        return config.demo().page()
                ? Payload.of("{\"node\":\"" + config.node().id() + "\"}")
                : Payload.EMPTY;
    }

    private WebSocketTransport transport(SessionContext context, FanOut fanOut, Health health) {
        return new WebSocketTransport(
                context,
                fanOut,
                health::takesClients,
                config.node(),
                config.client().allowedOrigins());
    }

    private StreamTransport streams(
            SessionContext context, FanOut fanOut, Health health, Listeners listeners, Grid grid) {
        var link = new GridEmulation(grid);
        var streams =
                new StreamTransport(
                        context,
                        fanOut,
                        health::takesClients,
                        config.node(),
                        config.client().allowedOrigins(),
                        listeners.front().admission(),
                        link);
        link.answerWith(streams);
        return streams;
    }

    /** The port that clients connect to. */
    public int publicPort() {
        return publicPort;
    }

    /** The port of the server API and administration. */
    public int adminPort() {
        return adminPort;
    }

    /** Returns when the node has stopped, by {@link #close} or because the grid expelled it. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Sends clients away, leaves the grid, and stops everything; a second call does nothing. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        for (Part part : parts) {
            try {
                part.closeable().close();
            } catch (Exception e) {
                log.atWarn().addKeyValue("part", part.name()).setCause(e).log("node.stop.failed");
            }
        }
        log.atInfo().addKeyValue("node", config.node().id()).log("node.stopped");
        stopped.countDown();
    }
}
