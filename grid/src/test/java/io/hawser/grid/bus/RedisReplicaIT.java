package io.hawser.grid.bus;

import static io.hawser.grid.pubsub.BrokerContract.HISTORY;
import static io.hawser.grid.pubsub.BrokerContract.awaitCount;
import static io.hawser.grid.pubsub.BrokerContract.keyed;
import static io.hawser.grid.pubsub.BrokerContract.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisOptions;
import io.hawser.devkit.RedisServer;
import io.hawser.grid.pubsub.TestNode;
import io.hawser.grid.pubsub.TestSubscriber;
import io.hawser.grid.redis.RedisLogin;
import io.hawser.grid.redis.RedisMode;
import io.hawser.grid.redis.RedisServers;
import io.hawser.grid.redis.RedisSettings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code redis.wait_replicas} on a real Redis with a replica: hung, gone, back. */
class RedisReplicaIT extends OnRedis {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final RedisServer primary = redis(new RedisOptions().local());
    private final RedisServer replica = redis(new RedisOptions().local().replicaOf(primary));

    private TestNode node(int waitReplicas) {
        var settings =
                new RedisSettings(
                        RedisMode.STANDALONE,
                        List.of(primary.uri()),
                        TIMEOUT,
                        "",
                        waitReplicas,
                        RedisLogin.NONE);
        return up(RedisNodes.on(RedisServers.of(settings), RedisNodes.quick()));
    }

    private void awaitReplica() {
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> primary.ask("INFO replication").contains("state=online"));
    }

    @Test
    void aPublishIsAnsweredWhenAReplicaHasIt() {
        awaitReplica();
        TestNode keeping = node(1);
        TestNode hasty = node(0);
        TestSubscriber live = hasty.subscribed("c", HISTORY);
        for (int i = 1; i <= 200; i++) {
            publish(keeping, "c", HISTORY, "" + i);
        }
        assertThat(replica.ask("XLEN " + ChannelKeys.stream("c"))).contains("200");

        replica.suspend();
        assertThatThrownBy(() -> publish(keeping, "c", HISTORY, "201"))
                .hasStackTraceContaining("NOREPLICAS");
        // Those who do not wait are not disturbed, and who subscribes gets it all the same.
        publish(hasty, "c", HISTORY, "202");
        awaitCount(live, 202);

        replica.resume();
        awaitReplica();
        await().atMost(TestSubscriber.PATIENCE).until(() -> isStored(keeping));
        live.assertGapless();
    }

    /** Whichever node it is repeated at. */
    @Test
    void aRepetitionIsNotAnsweredBeforeTheFirstOneIsKept() {
        awaitReplica();
        TestNode first = node(1);
        TestNode other = node(1);
        replica.suspend();
        var publish = CompletableFuture.runAsync(() -> keyed(first, "c", HISTORY, "k"));
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> primary.ask("XLEN " + ChannelKeys.stream("c")).equals("1"));
        assertThatThrownBy(() -> keyed(other, "c", HISTORY, "k"))
                .hasStackTraceContaining("NOREPLICAS");
        assertThatThrownBy(publish::join).hasStackTraceContaining("NOREPLICAS");
        replica.resume();
        awaitReplica();
        await().atMost(TestSubscriber.PATIENCE)
                .ignoreExceptions()
                .until(() -> keyed(other, "c", HISTORY, "k").position().offset() == 1);
        assertThat(replica.ask("XLEN " + ChannelKeys.stream("c"))).isEqualTo("1");
    }

    @Test
    void withoutReplicasNothingIsCalledStored() {
        replica.kill();
        await().atMost(TestSubscriber.PATIENCE)
                .until(() -> primary.ask("INFO replication").contains("connected_slaves:0"));
        TestNode keeping = node(1);
        assertThatThrownBy(() -> publish(keeping, "c", HISTORY, "1"))
                .hasStackTraceContaining("NOREPLICAS");
    }

    private static boolean isStored(TestNode node) {
        try {
            publish(node, "c", HISTORY, "x");
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
