package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.UUID;

/**
 * {@link Eviction} with the Hazelcast that is there: breaks when its inner classes are no longer as
 * we use them, and Hazelcast's own ten seconds would do it.
 */
class EvictionIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Far less than Hazelcast takes to give up a member that hangs. */
    private static final Duration SOON = Duration.ofSeconds(6);

    @Test
    void aMemberIsThrownOutAtOnce() {
        try (TestNode a = TestNode.plan("a").start();
                TestNode b = TestNode.plan("b").seed(a).start()) {
            HazelcastInstance here = a.member().hazelcast();
            await().atMost(LONG).until(() -> here.getCluster().getMembers().size() == 2);
            String other =
                    b.member().hazelcast().getCluster().getLocalMember().getUuid().toString();
            try (var eviction = new Eviction(here)) {
                eviction.evict(UUID.randomUUID().toString());
                eviction.evict(here.getCluster().getLocalMember().getUuid().toString());
                assertThat(here.getCluster().getMembers()).as("a stranger, itself").hasSize(2);

                eviction.evict(other);
                await().atMost(SOON).until(() -> here.getCluster().getMembers().size() == 1);
            }
        }
    }
}
