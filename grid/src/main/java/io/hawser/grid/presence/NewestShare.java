package io.hawser.grid.presence;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

/**
 * Of two halves' shares of the same life the one that was written last holds: a node goes on
 * writing in its own half, while the other keeps what it had when they split. A share that only the
 * other half has is taken in; its node removes it if it is no longer true. Made by Hazelcast, by
 * name; thread-safe.
 */
public final class NewestShare implements SplitBrainMergePolicy<Share, MergingValue<Share>, Share> {
    @Override
    public Share merge(MergingValue<Share> merging, @Nullable MergingValue<Share> existing) {
        return existing == null
                ? merging.getDeserializedValue()
                : Share.newer(existing.getDeserializedValue(), merging.getDeserializedValue());
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
