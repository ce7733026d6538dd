package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.bus.NumberedPublisher;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.metrics.OutboxMetrics;
import io.hawser.server.outbox.OutboxLimits;
import io.hawser.server.outbox.OutboxRelay;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.storage.Database;
import io.hawser.server.storage.OutboxTable;
import io.prometheus.client.CollectorRegistry;

import org.jspecify.annotations.Nullable;

/** The outbox on this node, which publishes while the node is the coordinator. Thread-safe. */
final class OutboxPart implements AutoCloseable {
    private final OutboxTable table;
    private final @Nullable NumberedPublisher publisher;
    private final @Nullable OutboxRelay relay;

    private OutboxPart(
            OutboxTable table, @Nullable NumberedPublisher publisher, @Nullable OutboxRelay relay) {
        this.table = table;
        this.publisher = publisher;
        this.relay = relay;
    }

    /** Begins, unless the outbox is off. */
    static OutboxPart start(
            HawserConfig config, Grid grid, Database database, ChannelPolicy policy) {
        var table = new OutboxTable(database);
        if (!config.outbox().enabled()) {
            return new OutboxPart(table, null, null);
        }
        NumberedPublisher publisher = grid.numberedPublisher(OutboxRelay.MAX_ROWS);
        OutboxRelay relay =
                OutboxRelay.start(
                        table,
                        publisher::publish,
                        policy,
                        config.client().channelMaxLength(),
                        grid.nodes()::isCoordinator,
                        new OutboxLimits(config.outbox().batch(), config.outbox().pollInterval()));
        return new OutboxPart(table, publisher, relay);
    }

    /** True unless the outbox is off. */
    boolean isOn() {
        return relay != null;
    }

    OutboxTable table() {
        return table;
    }

    void register(CollectorRegistry metrics) {
        if (relay != null) {
            metrics.register(new OutboxMetrics(relay::counts));
        }
    }

    @Override
    public void close() {
        if (relay != null) {
            relay.close();
        }
        if (publisher != null) {
            publisher.close();
        }
    }
}
