package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class GridSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "0.0.0.0", "::"})
    void refusesAddressesThatNobodyElseReaches(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(host, 0, List.of()));
    }

    @Test
    void refusesBadPortsAndSeeds() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings("h", -1, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> settings("h", 70_000, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> settings("h", 0, List.of("h")));
    }

    @Test
    void theMemberHasTheSettingsThatWereMeasured() {
        var settings = settings("127.0.0.1", 0, List.of());
        var config = MemberConfig.of(settings, 5701, new Peers(settings.key(), List.of(), null));
        assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
        assertThat(config.getProperty("hazelcast.mastership.claim.timeout.seconds")).isNull();
        Map.of(
                        "hazelcast.max.no.heartbeat.seconds", "10",
                        "hazelcast.invocation.retry.pause.millis", "50",
                        "hazelcast.operation.call.timeout.millis", "5000",
                        "hazelcast.merge.first.run.delay.seconds", "5",
                        "hazelcast.merge.next.run.delay.seconds", "5",
                        "hazelcast.partition.count", "71")
                .forEach(
                        (key, value) ->
                                assertThat(config.getProperty(key)).as(key).isEqualTo(value));
        assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
        assertThat(config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled()).isFalse();
        assertThat(config.getMapConfig("nodes").getBackupCount()).isEqualTo(2);
        assertThat(config.getMapConfig("nodes").isReadBackupData()).isTrue();
    }

    private static GridSettings settings(String host, int port, List<String> seeds) {
        return new GridSettings(
                Nodes.profile("a"),
                new ClusterKey("t", ""),
                host,
                port,
                HeartbeatSettings.DEFAULT,
                seeds,
                "local",
                List.of(),
                List.of());
    }
}
