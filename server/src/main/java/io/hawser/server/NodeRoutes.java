package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.delivery.AcknowledgedDelivery;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.server.admin.AdminHandler;
import io.hawser.server.admin.AdminRoutes;
import io.hawser.server.admin.AffinityHandler;
import io.hawser.server.admin.DeliveryHandler;
import io.hawser.server.admin.DemoPage;
import io.hawser.server.admin.EventsHandler;
import io.hawser.server.admin.FailoversHandler;
import io.hawser.server.admin.MembersHandler;
import io.hawser.server.admin.MetricsHandler;
import io.hawser.server.admin.OutboxHandler;
import io.hawser.server.admin.PublicRoutes;
import io.hawser.server.admin.SlowHandler;
import io.hawser.server.admin.UserLag;
import io.hawser.server.admin.WatchHandler;
import io.hawser.server.admin.WebhooksHandler;
import io.hawser.server.affinity.AffinitySetup;
import io.hawser.server.affinity.ClientMoves;
import io.hawser.server.affinity.SessionAffinity;
import io.hawser.server.api.ApiHandler;
import io.hawser.server.api.ApiMetrics;
import io.hawser.server.api.NodeAnswers;
import io.hawser.server.api.PresenceQuery;
import io.hawser.server.api.ServerApi;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.endpoint.ClientAddresses;
import io.hawser.server.endpoint.Origins;
import io.hawser.server.endpoint.Visits;
import io.hawser.server.health.Dependency;
import io.hawser.server.health.Health;
import io.hawser.server.metrics.AffinityMetrics;
import io.hawser.server.metrics.ClusterFigures;
import io.hawser.server.metrics.DeliveryMetrics;
import io.hawser.server.metrics.EventMetrics;
import io.hawser.server.metrics.HeartbeatMetrics;
import io.hawser.server.metrics.NodeMetrics;
import io.hawser.server.metrics.PresenceMetrics;
import io.hawser.server.order.NodeCourier;
import io.hawser.server.order.NodeOrders;
import io.hawser.server.order.NodeOrdersHandler;
import io.hawser.server.route.Newcomers;
import io.hawser.server.route.RouteGate;
import io.hawser.server.route.RouteHandler;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.security.SourceLimit;
import io.hawser.server.security.TokenIssuer;
import io.hawser.server.security.TokenVerifier;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.Sessions;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.SessionRecorder;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;

/**
 * What the two ports answer: at first only that the node is starting, from {@link #open} on
 * everything. Thread-safe.
 */
final class NodeRoutes {
    /** Many people can share an address, and come back at the same moment. */
    private static final int ROUTE_BURST_SECONDS = 10;

    private final HawserConfig config;
    private final SessionCounters counters;
    private final Sessions sessions;
    private final Shedding shedding;
    private final ChannelPolicy policy;
    private final Health health;
    private volatile @Nullable Grid grid;
    private volatile HttpHandler publicRoutes;
    private volatile HttpHandler adminRoutes = NodeRoutes::notYet;

    NodeRoutes(
            HawserConfig config,
            ChannelPolicy policy,
            SessionCounters counters,
            Sessions sessions,
            Database database,
            Shedding shedding) {
        this.shedding = shedding;
        this.config = config;
        this.counters = counters;
        this.sessions = sessions;
        this.policy = policy;
        this.health =
                new Health(
                        config.node().id(),
                        this::redis,
                        () -> Dependency.of(database.status()),
                        this::gridState);
        this.publicRoutes =
                new PublicRoutes(NodeRoutes::notYet, health, NodeRoutes::notYet, null, null);
    }

    private static void notYet(HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
        exchange.getResponseHeaders()
                .put(Headers.RETRY_AFTER, "1")
                .put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender()
                .send("{\"error\":{\"code\":503,\"message\":\"this node is starting\"}}");
    }

    private Dependency redis() {
        return switch (config.broker().type()) {
            case LOCAL -> Dependency.OFF;
            case REDIS -> {
                Grid joined = grid;
                yield joined == null ? Dependency.DOWN : Dependency.of(joined.broker());
            }
        };
    }

    private Dependency gridState() {
        return grid == null ? Dependency.DOWN : Dependency.up(0);
    }

    Health health() {
        return health;
    }

    ChannelPolicy policy() {
        return policy;
    }

    HttpHandler publicHandler() {
        return exchange -> publicRoutes.handleRequest(exchange);
    }

    HttpHandler adminHandler() {
        return exchange -> adminRoutes.handleRequest(exchange);
    }

    /**
     * The node has joined: everything is answered from now on.
     *
     * @param scaling tells what it decided
     * @param failover tells what it did
     * @param events tells what becomes of the webhook for events
     * @param outbox tells what waits and what was refused
     * @param delivery tells how far users are
     * @param connections gets all of {@code /connection/}, and {@code /emulation}
     * @param slow tells which clients do not keep up
     * @param tokens checks the tokens of those who ask for a route
     * @param orders what this node can be ordered to do
     */
    void open(
            Grid joined,
            SessionAffinity affinity,
            ScalingPart scaling,
            FailoverPart failover,
            EventPart events,
            OutboxPart outbox,
            AcknowledgedDelivery delivery,
            SessionRecorder recorder,
            HttpHandler connections,
            SlowHandler.Source slow,
            Balance balance,
            TokenVerifier tokens,
            NodeOrders orders) {
        grid = joined;
        InstantSource clock = InstantSource.system();
        new NodeAnswers(
                        new NodeId(config.node().id()),
                        HawserServer.VERSION,
                        joined.hub(),
                        sessions,
                        clock)
                .register(joined.survey()::handle);
        CollectorRegistry metrics = metrics(joined, recorder);
        metrics.register(new ClusterFigures(joined.metrics()::cluster));
        metrics.register(scaling.gauges());
        metrics.register(failover.metrics());
        outbox.register(metrics);
        metrics.register(new DeliveryMetrics(delivery::counts));
        EventMetrics webhooks = events.metrics();
        if (webhooks != null) {
            metrics.register(webhooks);
        }
        var api =
                new ApiHandler(
                        config.api().key(),
                        new ServerApi(
                                joined.broker(),
                                PresenceQuery.of(joined.presence()),
                                policy,
                                counters,
                                joined.survey()::ask,
                                config.client().channelMaxLength(),
                                affinity,
                                clock),
                        new ApiMetrics(metrics));
        HttpHandler all =
                failoversBefore(
                        affinityBefore(
                                ordersBefore(
                                        new AdminRoutes(
                                                new MetricsHandler(metrics),
                                                api,
                                                new AdminHandler(
                                                        config.api().key(),
                                                        config.grid().clusterName(),
                                                        health,
                                                        joined.nodes()::nodes,
                                                        joined.metrics()::cluster,
                                                        scaling::view,
                                                        new SlowHandler(slow),
                                                        balance.view())),
                                        joined,
                                        balance,
                                        orders),
                                joined,
                                affinity),
                        joined);
        HttpHandler routes =
                new DeliveryHandler(
                        config.api().key(),
                        config.hasPositions(),
                        new UserLag(delivery::standings, joined.broker(), this::history),
                        new OutboxHandler(
                                config.api().key(),
                                outbox.isOn(),
                                outbox.table(),
                                new MembersHandler(
                                        config.api().key(),
                                        this::kept,
                                        joined.presence()::page,
                                        all)));
        adminRoutes =
                new EventsHandler(
                        config.api().key(),
                        joined.events()::follow,
                        new WatchHandler(
                                config.api().key(),
                                joined.broker()::watch,
                                new WebhooksHandler(config.api().key(), events.office(), routes)));
        publicRoutes =
                new PublicRoutes(
                        connections,
                        health,
                        route(joined, affinity, balance, tokens, clock),
                        config.api().onPublicPort() ? api : null,
                        config.demo().page() ? page(clock) : null);
    }

    private MembersHandler.Kept kept(String channel) {
        ChannelOptions options = policy.options(channel);
        if (options == null) {
            return MembersHandler.Kept.NO_NAMESPACE;
        }
        return options.presence() ? MembersHandler.Kept.MEMBERS : MembersHandler.Kept.NOTHING;
    }

    /** A client goes to the node where it belongs; the balancer chooses for others. */
    private RouteHandler route(
            Grid joined,
            SessionAffinity affinity,
            Balance balance,
            TokenVerifier tokens,
            InstantSource clock) {
        return new RouteHandler(
                new RouteGate(
                        tokens,
                        config.api().key(),
                        config.client().insecure(),
                        new SourceLimit(
                                config.server().routeRate(),
                                ROUTE_BURST_SECONDS * config.server().routeRate()),
                        clock),
                new Newcomers(
                        new Visits(affinity.rules()),
                        affinity::traits,
                        joined.affinity().strategy().byRegion(),
                        AffinitySetup.nearest(config.affinity())),
                balance.balancer(),
                joined.affinity()::home,
                joined.nodes()::nodes,
                new ClientAddresses(config.node().trustedProxies()),
                new Origins(config.client().allowedOrigins()));
    }

    private HttpHandler ordersBefore(
            HttpHandler next, Grid joined, Balance balance, NodeOrders orders) {
        var courier = new NodeCourier(joined.survey()::askNode);
        courier.answerWith(joined.nodes().localId(), orders, joined.survey()::handle);
        return new NodeOrdersHandler(
                config.api().key(),
                config.drain(),
                joined.nodes()::nodes,
                courier,
                balance::recommended,
                next);
    }

    private HttpHandler failoversBefore(HttpHandler next, Grid joined) {
        return new FailoversHandler(config.api().key(), joined.survey()::ask, next);
    }

    private HttpHandler affinityBefore(HttpHandler next, Grid joined, SessionAffinity known) {
        Affinity affinity = joined.affinity();
        var moves =
                new ClientMoves(
                        affinity, joined.survey(), joined.nodes().localId(), sessions, known);
        moves.answer();
        return new AffinityHandler(
                config.api().key(),
                user -> affinity.place(ClientTraits.ofUser(user)),
                moves::move,
                node -> joined.nodes().node(node) != null,
                next);
    }

    private @Nullable HistoryOptions history(String channel) {
        ChannelOptions options = policy.options(channel);
        return options == null || !options.history().enabled() ? null : options.history();
    }

    private CollectorRegistry metrics(Grid joined, SessionRecorder recorder) {
        var registry = new CollectorRegistry();
        DefaultExports.register(registry);
        registry.register(new AffinityMetrics(joined.affinity()::counts));
        registry.register(new HeartbeatMetrics(joined::heartbeats));
        registry.register(new PresenceMetrics(joined.presence()::counts));
        registry.register(
                new NodeMetrics(
                        new NodeMetrics.Sources(
                                health,
                                counters,
                                shedding,
                                sessions,
                                joined.hub(),
                                joined.lanes(),
                                joined.broker(),
                                recorder,
                                joined.nodes()::nodes)));
        return registry;
    }

    private DemoPage page(InstantSource clock) {
        String secret = config.token().hmacSecret().reveal();
        return new DemoPage(
                secret.isEmpty() ? null : new TokenIssuer(secret), config.demo().channels(), clock);
    }
}
