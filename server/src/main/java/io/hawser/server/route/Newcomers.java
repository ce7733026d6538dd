package io.hawser.server.route;

import io.hawser.grid.affinity.ClientTraits;
import io.hawser.grid.balance.Newcomer;
import io.hawser.server.endpoint.Visits;
import io.hawser.server.route.RouteGate.Asker;
import io.hawser.server.session.Visit;
import io.undertow.server.HttpServerExchange;

import java.util.List;
import java.util.Map;

/**
 * What is known of a client that asks for a route: what its handshake would tell too, so that it is
 * sent where its handshake would be at home. Immutable, thread-safe; nothing blocks.
 */
public final class Newcomers {
    private final Visits visits;
    private final TraitsSource traits;
    private final boolean byRegion;
    private final Map<String, List<String>> nearest;

    /** Makes traits as for handshakes. */
    @FunctionalInterface
    public interface TraitsSource {
        /**
         * The traits.
         *
         * @param session id that the client shows; empty if it has none
         * @param region by token or header; empty if they do not say
         */
        ClientTraits of(String user, String session, String region, String address);
    }

    /**
     * @param byRegion whether the cluster binds clients to regions: then a client cannot wish for
     *     another one than its own
     * @param nearest by region the others, the nearest first
     */
    public Newcomers(
            Visits visits,
            TraitsSource traits,
            boolean byRegion,
            Map<String, List<String>> nearest) {
        this.visits = visits;
        this.traits = traits;
        this.byRegion = byRegion;
        this.nearest = Map.copyOf(nearest);
    }

    /**
     * One client.
     *
     * @param traits what the cluster knows it by
     * @param newcomer what the balancer looks at
     */
    record Known(ClientTraits traits, Newcomer newcomer) {}

    /**
     * @param wish region that the client asks for; empty for any
     */
    Known of(HttpServerExchange exchange, Asker asker, String wish, String address) {
        Visit visit = visits.told(exchange);
        String told = asker.region().isEmpty() ? visit.region() : asker.region();
        ClientTraits known = traits.of(asker.user(), visit.session(), told, address);
        String region = byRegion && !known.region().isEmpty() ? known.region() : wish;
        ClientTraits bound =
                byRegion ? new ClientTraits(asker.user(), visit.session(), region, address) : known;
        return new Known(
                bound,
                new Newcomer(
                        asker.user(), address, region, nearest.getOrDefault(region, List.of())));
    }
}
