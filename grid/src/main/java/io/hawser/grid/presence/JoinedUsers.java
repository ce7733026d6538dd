package io.hawser.grid.presence;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

/**
 * After a split a user is on all the nodes on which either half had it. Nodes remove what is no
 * longer true. Made by Hazelcast, by name; thread-safe.
 */
public final class JoinedUsers
        implements SplitBrainMergePolicy<UserEntry, MergingValue<UserEntry>, UserEntry> {
    @Override
    public UserEntry merge(
            MergingValue<UserEntry> merging, @Nullable MergingValue<UserEntry> existing) {
        return existing == null
                ? merging.getDeserializedValue()
                : UserEntry.joined(existing.getDeserializedValue(), merging.getDeserializedValue());
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
