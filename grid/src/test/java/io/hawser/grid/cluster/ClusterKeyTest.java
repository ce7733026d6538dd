package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClusterKeyTest {
    private final ClusterKey key = new ClusterKey("prod", "s3cret");

    @Test
    void anotherSecretIsAnotherGrid() {
        ClusterKey other = new ClusterKey("prod", "other");
        assertThat(key.memberName()).isNotEqualTo(other.memberName());
        assertThat(key.directoryName()).isNotEqualTo(other.directoryName());
    }

    @Test
    void theDirectoryDoesNotTellTheMembersName() {
        assertThat(key.directoryName()).startsWith("prod-").isNotEqualTo(key.memberName());
    }

    @Test
    void isTheSameOnEveryNode() {
        assertThat(new ClusterKey("prod", "s3cret").memberName()).isEqualTo(key.memberName());
        assertThat(key.memberName()).matches("prod-[0-9a-f]{16}");
    }

    @Test
    void doesNotShowItsSecret() {
        assertThat(key.toString()).doesNotContain("s3cret");
    }
}
