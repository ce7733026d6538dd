package io.hawser.grid.affinity;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

/**
 * After a split the higher epoch wins: where the client connected last. Made by Hazelcast, by its
 * name, on every member.
 */
public final class EpochMergePolicy
        implements SplitBrainMergePolicy<
                AffinityEntry, MergingValue<AffinityEntry>, AffinityEntry> {
    @Override
    public AffinityEntry merge(
            MergingValue<AffinityEntry> merging, @Nullable MergingValue<AffinityEntry> existing) {
        AffinityEntry theirs = merging.getDeserializedValue();
        return existing == null
                ? theirs
                : AffinityEntry.winner(theirs, existing.getDeserializedValue());
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
