package io.hawser.grid.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.Failover;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.failover.FailoverRecord.Outcome;
import io.hawser.grid.failover.FailoverStrategy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A member goes without a goodbye and is back long before its grace is over. */
class GracefulFailoverIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final int CLIENTS = 50;

    private final RedisServer redis = RedisServer.start();
    private final List<AffinityNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.reversed().forEach(AffinityNode::close);
        redis.close();
    }

    private AffinityNode node(String id) {
        AffinityNode node = AffinityNode.start(id, redis.uri(), AffinityOptions.DEFAULT);
        nodes.add(node);
        return node;
    }

    @Test
    void keepsItsClients() {
        AffinityNode a = node("a");
        AffinityNode b = node("b");
        await().atMost(LONG).until(() -> a.live().size() == 2 && b.live().size() == 2);
        List<FailoverRecord> records = new CopyOnWriteArrayList<>();
        try (var failover =
                new Failover(
                        a.nodes(), a.affinity(), FailoverStrategy.GRACEFUL, GRACE, records::add)) {
            a.nodes().listen(failover);
            failover.start();
            for (int i = 0; i < CLIENTS; i++) {
                b.connect(user(i));
            }
            await().atMost(LONG).until(() -> a.entries() == CLIENTS);
            var partitions = a.member().hazelcast().getPartitionService();
            await().atMost(LONG).until(partitions::isClusterSafe);
            long before = b.nodes().localIncarnation();

            b.vanish();
            await().atMost(LONG).until(() -> !a.live().contains("b"));
            await().atMost(LONG).until(() -> a.where(user(1)).equals("a NODE_GONE"));
            a.connect(user(0));
            await().atMost(LONG).until(() -> a.where(user(0)).equals("a MAPPED"));
            assertThat(records).as("the grace is not over").isEmpty();

            AffinityNode again = node("b");
            await().atMost(LONG).until(() -> a.live().size() == 2 && again.live().size() == 2);
            await().atMost(LONG).until(() -> !records.isEmpty());
            assertThat(records)
                    .singleElement()
                    .returns(new NodeId("b"), FailoverRecord::node)
                    .returns(before, FailoverRecord::incarnation)
                    .returns(Outcome.RETURNED, FailoverRecord::outcome)
                    .returns(CLIENTS - 1, FailoverRecord::moved);
            await().atMost(LONG).until(() -> a.where(user(1)).equals("b MAPPED"));
            for (int i = 1; i < CLIENTS; i++) {
                assertThat(a.where(user(i))).isEqualTo("b MAPPED");
            }
            assertThat(again.where(user(0))).as("went elsewhere").isEqualTo("a MAPPED");
        }
    }

    private static ClientTraits user(int number) {
        return ClientTraits.ofUser("user-" + number);
    }
}
