package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;

import io.hawser.grid.cluster.ClusterEvent.Merged;

import java.util.function.Consumer;

/**
 * Carries what Hazelcast tells into the registry, and watches that this node still may be in the
 * grid. Called on Hazelcast's threads; never blocks them. Thread-safe.
 */
final class GridWatch
        implements MembershipListener,
                EntryAddedListener<String, NodeInfo>,
                EntryUpdatedListener<String, NodeInfo>,
                EntryMergedListener<String, NodeInfo>,
                EntryRemovedListener<String, NodeInfo> {
    private final HazelcastInstance hazelcast;
    private final Registry registry;
    private final LocalNode local;
    private final Contract contract;
    private final Consumer<GridRefusedException> expel;

    /**
     * @param expel takes this node out of the grid; must not block
     */
    GridWatch(
            HazelcastInstance hazelcast,
            Registry registry,
            LocalNode local,
            Contract contract,
            Consumer<GridRefusedException> expel) {
        this.hazelcast = hazelcast;
        this.registry = registry;
        this.local = local;
        this.contract = contract;
        this.expel = expel;
    }

    void attach(IMap<String, NodeInfo> map) {
        map.addEntryListener(this, true);
        hazelcast.getCluster().addMembershipListener(this);
        hazelcast.getLifecycleService().addLifecycleListener(this::stateChanged);
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        registry.roster().memberAdded(event.getMember().getUuid().toString());
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        registry.memberGone(event.getMember().getUuid().toString());
    }

    @Override
    public void entryAdded(EntryEvent<String, NodeInfo> event) {
        written(event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<String, NodeInfo> event) {
        written(event.getValue());
    }

    @Override
    public void entryMerged(EntryEvent<String, NodeInfo> event) {
        written(event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<String, NodeInfo> event) {
        registry.roster().forgotten(new NodeId(event.getKey()));
    }

    /** This node's own state it knows best: an entry with its id can only be a rival's. */
    private void written(NodeInfo entry) {
        if (!entry.id().equals(local.id())) {
            registry.roster().written(entry);
        } else if (isRival(entry) && mustYieldTo(entry)) {
            expel.accept(NodeClaim.idInUse(entry));
        }
    }

    private boolean isRival(NodeInfo entry) {
        return !entry.memberUuid().equals(local.memberUuid())
                && entry.isLive()
                && isMember(entry.memberUuid());
    }

    private boolean isMember(String uuid) {
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (member.getUuid().toString().equals(uuid)) {
                return true;
            }
        }
        return false;
    }

    /** Two that started apart with one id: both see both entries and must decide alike. */
    private boolean mustYieldTo(NodeInfo rival) {
        return rival.incarnation() != local.incarnation()
                ? rival.incarnation() > local.incarnation()
                : rival.memberUuid().compareTo(local.memberUuid()) < 0;
    }

    private void stateChanged(LifecycleEvent event) {
        if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
            contract.breach(hazelcast.getCluster().getMembers())
                    .ifPresentOrElse(expel, this::merged);
        }
    }

    private void merged() {
        registry.reloadSoon();
        registry.post(new Merged());
    }
}
