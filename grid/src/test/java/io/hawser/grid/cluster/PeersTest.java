package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class PeersTest {
    private final ClusterKey key = new ClusterKey("prod", "x");
    private final MemoryDirectory directory = new MemoryDirectory();
    private final Peers peers = new Peers(key, List.of("seed:5701"), directory);

    @Test
    void findsMembersOfItsOwnClusterAndSeeds() {
        put("a", key, "10.0.0.1:5701");
        put("b", new ClusterKey("prod", "y"), "10.0.0.2:5701");
        put("c", new ClusterKey("test", "x"), "10.0.0.3:5701");
        assertThat(peers.addresses())
                .containsExactly(HostPort.parse("10.0.0.1:5701"), HostPort.parse("seed:5701"));
    }

    @Test
    void knowsWhoHasAnotherSecret() {
        put("a", key, "10.0.0.1:5701");
        put("b", new ClusterKey("prod", "y"), "10.0.0.2:5701");
        put("c", new ClusterKey("test", "x"), "10.0.0.3:5701");
        put("d", new ClusterKey("prod-b", "x"), "10.0.0.4:5701");
        assertThat(peers.entries()).extracting(DirectoryEntry::id).containsExactly("a");
        assertThat(peers.strangers()).extracting(DirectoryEntry::id).containsExactly("b");
    }

    @Test
    void keepsTheLastListWhileTheDirectoryFails() {
        put("a", key, "10.0.0.1:5701");
        assertThat(peers.addresses()).hasSize(2);
        directory.reachable(false);
        assertThat(peers.addresses()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "[]",
                "{}",
                "7",
                "{\"id\":\"a\"}",
                "{\"incarnation\":\"x\"}"
            })
    void ignoresWhatIsNoEntry(String json) {
        directory.put(new NodeId("a"), json, Duration.ZERO);
        assertThat(peers.addresses()).containsExactly(HostPort.parse("seed:5701"));
    }

    @Test
    void ignoresAddressesThatAreNone() {
        put("a", key, "nonsense");
        assertThat(peers.addresses()).containsExactly(HostPort.parse("seed:5701"));
    }

    @Test
    void readsEntriesOfLaterVersions() {
        String json = new DirectoryEntry("a", key.directoryName(), "h:1", "h:2", 3).toJson();
        directory.put(new NodeId("a"), json.replace("{", "{\"later\":[1],"), Duration.ZERO);
        assertThat(peers.entries())
                .containsExactly(new DirectoryEntry("a", key.directoryName(), "h:1", "h:2", 3));
    }

    @Test
    void aRivalWhoseEntryWasOverwrittenIsAPeer() {
        put("a", key, "10.0.0.1:5701");
        peers.overwrote(entry("a", key, "10.0.0.9:5701"));
        assertThat(peers.addresses())
                .containsExactly(
                        HostPort.parse("10.0.0.1:5701"),
                        HostPort.parse("10.0.0.9:5701"),
                        HostPort.parse("seed:5701"));
        peers.overwrote(entry("a", new ClusterKey("other", "x"), "10.0.0.8:5701"));
        assertThat(peers.addresses()).hasSize(2);
    }

    @Test
    void nobodyCanBeFoundWithoutDirectoryAndSeeds() {
        assertThat(new Peers(key, List.of(), null).none()).isTrue();
        assertThat(new Peers(key, List.of("a:1"), null).none()).isFalse();
        assertThat(new Peers(key, List.of(), directory).none()).isFalse();
    }

    private void put(String id, ClusterKey cluster, String grid) {
        directory.put(new NodeId(id), entry(id, cluster, grid).toJson(), Duration.ZERO);
    }

    private static DirectoryEntry entry(String id, ClusterKey cluster, String grid) {
        return new DirectoryEntry(id, cluster.directoryName(), grid, "h:8000", 1);
    }
}
