package io.hawser.grid.scaling;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

/** After a split: the side with more decisions wins. Made by Hazelcast, by its name. */
public final class LaterDecisions
        implements SplitBrainMergePolicy<
                StoredDecisions, MergingValue<StoredDecisions>, StoredDecisions> {
    @Override
    public StoredDecisions merge(
            MergingValue<StoredDecisions> merging,
            @Nullable MergingValue<StoredDecisions> existing) {
        StoredDecisions theirs = merging.getDeserializedValue();
        if (existing == null) {
            return theirs;
        }
        StoredDecisions ours = existing.getDeserializedValue();
        return theirs.number() > ours.number() ? theirs : ours;
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
