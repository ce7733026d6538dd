package io.hawser.server.config;

import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The configuration of a node. Immutable; printing it shows no secret. */
public record HawserConfig(
        @Key(doc = "This node: its name, its public port, its place and its limits.")
                NodeConfig node,
        @Key(doc = "How many clients are let in at once.") ServerConfig server,
        @Key(doc = "The admin port: server API, administration, metrics.") AdminConfig admin,
        @Key(doc = "The agent port, on which HAProxy asks how many clients the node wants.")
                AgentConfig agent,
        @Key(doc = "How clients are sent away when the node is drained or stopped.")
                DrainConfig drain,
        @Key(doc = "The server API, by which backends publish and control clients.") ApiConfig api,
        @Key(doc = "The grid: how the nodes of a cluster find and trust each other.")
                GridConfig grid,
        @Key(doc = "The broker, which carries publications and keeps history.") BrokerConfig broker,
        @Key(doc = "Acknowledged delivery: positions and queues of users.") DeliveryConfig delivery,
        @Key(doc = "Redis. Used with broker.type redis only.") RedisConfig redis,
        @Key(doc = "PostgreSQL, which keeps the history of sessions.") DatabaseConfig database,
        @Key(doc = "The outbox: publishing from transactions in PostgreSQL.") OutboxConfig outbox,
        @Key(doc = "Which node a new client is sent to, and when nodes are too unevenly loaded.")
                BalanceConfig balance,
        @Key(doc = "What makes clients come back to the same node.") AffinityConfig affinity,
        @Key(doc = "What becomes of the clients of a node that is lost.") FailoverConfig failover,
        @Key(doc = "What happens in the cluster, and who is told.") EventsConfig events,
        @Key(doc = "What clients may do and what each may cost.") ClientConfig client,
        @Key(doc = "The tokens (JWT) that clients connect and subscribe with.") TokenConfig token,
        @Key(doc = "How channels without a namespace behave.") ChannelOptions channel,
        @Key(
                        doc =
                                "Namespaces. A channel named name:rest behaves as its namespace says; one"
                                        + " whose namespace is not listed is refused with error 102.",
                        example =
                                "[{name: ticks, options: {history_size: 100, history_ttl: 300s,"
                                        + " allow_subscribe_for_client: true}}]")
                List<NamespaceConfig> namespaces,
        @Key(
                        doc =
                                "Scaling: when the cluster shall have more nodes, or fewer. The"
                                        + " coordinator decides, by the figures of all nodes.")
                ScalingConfig scaling,
        @Key(doc = "The log: one JSON object a line on standard output.") LogConfig log,
        @Key(doc = "What only the demo needs.") DemoConfig demo) {

    public HawserConfig {
        namespaces = List.copyOf(namespaces);
        Checks checks =
                Checks.of(
                        HawserConfig.class,
                        node,
                        server,
                        admin,
                        agent,
                        drain,
                        api,
                        grid,
                        broker,
                        delivery,
                        redis,
                        database,
                        outbox,
                        balance,
                        affinity,
                        failover,
                        events,
                        client,
                        token,
                        channel,
                        namespaces,
                        scaling,
                        log,
                        demo);
        checks.refuse(
                broker.type() == BrokerConfig.Type.LOCAL && !grid.seeds().isEmpty(),
                "is local, so other nodes would not see what is published here, yet grid.seeds names"
                        + " other nodes",
                "set broker.type to redis, or remove grid.seeds",
                "broker.type",
                "grid.seeds");
        checks.refuse(
                outbox.enabled() && broker.type() == BrokerConfig.Type.LOCAL,
                "is true, but only Redis remembers what is published already",
                "set broker.type to redis, or outbox.enabled to false",
                "outbox.enabled",
                "broker.type");
        checks.refuse(
                outbox.enabled() && !database.enabled(),
                "is true, but there is no database",
                "set database.url, or outbox.enabled to false",
                "outbox.enabled",
                "database.url");
        refuseDuplicates(namespaces, checks);
        for (int i = 0; i < namespaces.size(); i++) {
            checks.refuse(
                    namespaces.get(i).name().equals(UserQueue.NAMESPACE),
                    "is kept for the queues of users",
                    "rename it; queues are set up with delivery.queue_limit and delivery.queue_ttl",
                    "namespaces[" + i + "].name");
        }
        checks.done();
    }

    /** The namespaces that there are: those listed, and that of the queues. */
    public List<NamespaceConfig> allNamespaces() {
        if (!delivery.hasQueues()) {
            return namespaces;
        }
        return Stream.concat(namespaces.stream(), Stream.of(delivery.queues())).toList();
    }

    /** Whether anything is acknowledged by users. */
    public boolean hasPositions() {
        return channel.acknowledged()
                || allNamespaces().stream().anyMatch(each -> each.options().acknowledged());
    }

    private static void refuseDuplicates(List<NamespaceConfig> namespaces, Checks checks) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < namespaces.size(); i++) {
            String name = namespaces.get(i).name();
            checks.refuse(
                    !seen.add(name),
                    "is the name of an earlier namespace: \"" + name + "\"",
                    "join the two, or rename one",
                    "namespaces[" + i + "].name");
        }
    }
}
