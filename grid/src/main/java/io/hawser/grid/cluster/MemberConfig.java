package io.hawser.grid.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.PartitionGroupConfig.MemberGroupType;
import com.hazelcast.spi.partitiongroup.PartitionGroupMetaData;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/**
 * The settings of the embedded Hazelcast member. The times are measured ones; two rules go with
 * them: {@code hazelcast.mastership.claim.timeout.seconds} is never lowered (it is a retry count
 * too, and throws healthy members out), and every caller of a map has its own timeout, since an
 * operation on a hung member's partition blocks until that member is evicted.
 */
final class MemberConfig {
    private static final Map<String, String> PROPERTIES =
            Map.ofEntries(
                    Map.entry("hazelcast.phone.home.enabled", "false"),
                    Map.entry("hazelcast.shutdownhook.enabled", "false"),
                    Map.entry("hazelcast.logging.type", "slf4j"),
                    Map.entry("hazelcast.discovery.enabled", "true"),
                    // Listen on the grid's host only.
                    Map.entry("hazelcast.socket.bind.any", "false"),
                    Map.entry("hazelcast.wait.seconds.before.join", "1"),
                    Map.entry("hazelcast.max.wait.seconds.before.join", "5"),
                    Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
                    Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
                    Map.entry("hazelcast.heartbeat.failuredetector.type", "deadline"),
                    Map.entry("hazelcast.connection.monitor.interval", "10"),
                    Map.entry("hazelcast.connection.monitor.max.faults", "0"),
                    Map.entry("hazelcast.invocation.retry.pause.millis", "50"),
                    Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
                    Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
                    Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
                    // A leaving member waits this long for its data to move.
                    Map.entry("hazelcast.graceful.shutdown.max.wait", "10"),
                    // When a member is lost, each partition moves on its own: with 271 that took a
                    // third of two cores in the second in which its clients come back.
                    Map.entry("hazelcast.partition.count", "71"));

    private MemberConfig() {}

    /**
     * @param port a free one
     * @throws IllegalArgumentException if the settings' host does not resolve
     */
    static Config of(GridSettings settings, int port, Peers peers) {
        Config config = new Config();
        config.setClusterName(settings.key().memberName());
        config.setInstanceName("hawser-" + settings.profile().id() + "-" + port);
        config.setClassLoader(MemberConfig.class.getClassLoader());
        PROPERTIES.forEach(config::setProperty);
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getMemberAttributeConfig().setAttribute(Contract.ATTRIBUTE, settings.contract());
        zones(config, settings.profile());
        network(config.getNetworkConfig(), settings.host(), port);
        join(config.getNetworkConfig().getJoin(), peers);
        RegistryMaps.configs().forEach(config::addMapConfig);
        settings.maps().forEach(config::addMapConfig);
        settings.serializers()
                .forEach(
                        config.getSerializationConfig().getCompactSerializationConfig()
                                ::addSerializer);
        config.addExecutorConfig(Survey.executor());
        config.addExecutorConfig(Survey.callExecutor());
        return config;
    }

    /**
     * Backups are kept in another zone than the data. All members have to be of one mind about
     * this, so it is on also where no node has a zone: each is then a zone of its own, and backups
     * go to any other node. If all are in one zone, Hazelcast halves it.
     */
    private static void zones(Config config, NodeProfile profile) {
        config.getPartitionGroupConfig().setEnabled(true).setGroupType(MemberGroupType.ZONE_AWARE);
        config.getMemberAttributeConfig()
                .setAttribute(PartitionGroupMetaData.PARTITION_GROUP_ZONE, profile.failsWith());
    }

    private static void network(NetworkConfig network, String host, int port) {
        network.setPort(port).setPortAutoIncrement(false);
        network.setPublicAddress(new HostPort(host, port).toString());
        network.getInterfaces().setEnabled(true).addInterface(addressOf(host));
    }

    private static void join(JoinConfig join, Peers peers) {
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(false);
        if (!peers.none()) {
            join.getDiscoveryConfig()
                    .addDiscoveryStrategyConfig(
                            new DiscoveryStrategyConfig(
                                    new RedisDiscovery.Factory(peers), Map.of()));
        }
    }

    private static String addressOf(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("grid.host does not resolve: " + host, e);
        }
    }
}
