package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Throws members out of Hazelcast at once, so that nothing waits for them. No public call does
 * that: the only place where Hazelcast's inner classes are used. If they are not as expected,
 * Hazelcast's own timeout (ten seconds) does it. Never blocks; thread-safe.
 */
final class Eviction implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Eviction.class);

    private final HazelcastInstance hazelcast;

    /** Hazelcast takes its membership lock, so this is no work for the heartbeat thread. */
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("grid-evict").factory());

    Eviction(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Does nothing if it is no member any more. */
    void evict(String memberUuid) {
        try {
            thread.execute(() -> evictNow(memberUuid));
        } catch (RejectedExecutionException e) {
            log.debug("closed", e);
        }
    }

    private void evictNow(String memberUuid) {
        try {
            for (Member member : hazelcast.getCluster().getMembers()) {
                if (member.getUuid().toString().equals(memberUuid) && !member.localMember()) {
                    suspect(hazelcast, member);
                }
            }
        } catch (HazelcastInstanceNotActiveException e) {
            log.debug("this member has stopped", e);
        } catch (RuntimeException | LinkageError e) {
            log.error("a member cannot be thrown out; Hazelcast will, after its own timeout", e);
        }
    }

    private static void suspect(HazelcastInstance hazelcast, Member member) {
        if (hazelcast instanceof HazelcastInstanceProxy proxy) {
            proxy.getOriginal()
                    .node
                    .getClusterService()
                    .suspectMember(member, "evicted by the heartbeat mesh", true);
        } else {
            throw new IllegalStateException("not an embedded member: " + hazelcast.getClass());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
