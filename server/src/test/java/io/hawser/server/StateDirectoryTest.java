package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.NodeConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class StateDirectoryTest {
    @TempDir Path directory;

    private static NodeConfig node(String... sets) {
        return ConfigLoader.load(Optional.empty(), Map.of(), List.of(sets)).node();
    }

    @Test
    void theConfigurationComesFirstThenSystemd() {
        NodeConfig named = node("node.id=n7", "node.state_dir=/srv/%i/state");
        NodeConfig unnamed = node("node.id=n7");
        Map<String, String> systemd = Map.of("STATE_DIRECTORY", "/var/lib/hawser/n7:/var/lib/more");
        assertThat(StateDirectory.of(named, systemd)).isEqualTo(Path.of("/srv/n7/state"));
        assertThat(StateDirectory.of(unnamed, systemd)).isEqualTo(Path.of("/var/lib/hawser/n7"));
        assertThat(StateDirectory.of(unnamed, Map.of())).isEqualTo(Path.of("state/n7"));
    }

    @Test
    void oneNodeHasItAtATime() throws IOException {
        Path made = directory.resolve("a/b");
        try (Closeable claim = StateDirectory.claim(made)) {
            assertThat(claim).isNotNull();
            assertThatThrownBy(() -> StateDirectory.claim(made))
                    .isInstanceOf(IOException.class)
                    .hasMessage("another node uses it");
        }
        StateDirectory.claim(made).close();
    }
}
