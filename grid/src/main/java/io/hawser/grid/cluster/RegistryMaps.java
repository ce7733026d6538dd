package io.hawser.grid.cluster;

import com.hazelcast.config.MapConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The registry's maps in the grid. */
final class RegistryMaps {
    /** Node id to {@link NodeInfo}. */
    static final String NODES = "nodes";

    /** Node id to the highest incarnation given out, kept for a week after its last start. */
    static final String INCARNATIONS = "incarnations";

    private static final int WEEK_SECONDS = 7 * 24 * 3600;

    private RegistryMaps() {}

    static List<MapConfig> configs() {
        return List.of(
                base(NODES, NewerNode.class),
                base(INCARNATIONS, HigherNumber.class).setTimeToLiveSeconds(WEEK_SECONDS));
    }

    /** Small maps that everyone reads: with two backups each of three members has all of it. */
    private static MapConfig base(String name, Class<?> mergePolicy) {
        MapConfig config = new MapConfig(name).setBackupCount(2).setReadBackupData(true);
        config.setStatisticsEnabled(false).setPerEntryStatsEnabled(false);
        config.getMergePolicyConfig().setPolicy(mergePolicy.getName());
        return config;
    }

    /** After a split: the later incarnation wins, then the later heartbeat. */
    public static final class NewerNode extends Policy<NodeInfo> {
        @Override
        boolean firstWins(NodeInfo first, NodeInfo second) {
            return first.incarnation() != second.incarnation()
                    ? first.incarnation() > second.incarnation()
                    : first.lastHeartbeatMs() > second.lastHeartbeatMs();
        }
    }

    /** After a split: the higher number wins. */
    public static final class HigherNumber extends Policy<Long> {
        @Override
        boolean firstWins(Long first, Long second) {
            return first > second;
        }
    }

    /** Decides between two values; made by Hazelcast, by its name, on every member. */
    abstract static class Policy<V> implements SplitBrainMergePolicy<V, MergingValue<V>, V> {
        abstract boolean firstWins(V first, V second);

        @Override
        public V merge(MergingValue<V> merging, @Nullable MergingValue<V> existing) {
            V theirs = merging.getDeserializedValue();
            if (existing == null) {
                return theirs;
            }
            V ours = existing.getDeserializedValue();
            return firstWins(theirs, ours) ? theirs : ours;
        }

        @Override
        public void writeData(ObjectDataOutput out) {
            // has no state
        }

        @Override
        public void readData(ObjectDataInput in) {
            // has no state
        }
    }
}
