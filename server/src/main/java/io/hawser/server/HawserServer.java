package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.GridOptions;
import io.hawser.grid.GridOptions.BrokerOptions;
import io.hawser.grid.cluster.ClusterKey;
import io.hawser.grid.cluster.GridRefusedException;
import io.hawser.grid.cluster.GridStartException;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeProfile;
import io.hawser.grid.cluster.NodeStatus;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.admin.AdminRoutes;
import io.hawser.server.admin.Health;
import io.hawser.server.admin.PublicRoutes;
import io.hawser.server.config.BrokerConfig;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.endpoint.FanOut;
import io.hawser.server.endpoint.WebSocketTransport;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.TokenVerifier;
import io.hawser.server.session.ClusterCommands;
import io.hawser.server.session.SessionContext;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.Sessions;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.DatabaseSettings;
import io.hawser.server.storage.RecorderLimits;
import io.hawser.server.storage.SessionRecorder;
import jakarta.servlet.ServletException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        var fanOut = started("fan-out", new FanOut(new ClusterCommands(sessions)));
        Database database = started("database", database());
        var health = new Health(config.node().id(), () -> database.status());
        var routes = new PublicRoutes(health);
        var listeners = started("listeners", Listeners.open(config, routes));
        publicPort = listeners.publicPort();
        adminPort = listeners.adminPort();

        var meter =
                started(
                        "load meter",
                        new LoadMeter(
                                counters,
                                fanOut::connections,
                                fanOut::connections,
                                config.node().maxConnections()));
        meter.start();
        Grid grid = started("grid", join(fanOut, meter));
        SessionRecorder recorder = started("recorder", recorder(database, grid));
        var context = context(grid, sessions, counters, recorder);
        routes.serve(transport(context, fanOut, listeners, health).handler());
        started("sessions", () -> drain(sessions, health, grid));

        grid.nodes().listeningOn(publicPort, adminPort);
        grid.nodes().become(NodeStatus.ACTIVE);
        grid.snapshot(() -> meter.snapshot(config.node().id(), grid.nodes().incarnation()));
        health.serving();
        log.atInfo()
                .addKeyValue("node", config.node().id())
                .addKeyValue("public_port", publicPort)
                .addKeyValue("admin_port", adminPort)
                .log("node.ready");
    }
}
