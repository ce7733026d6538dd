package io.hawser.grid.affinity;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;

/**
 * Writes entries as Hazelcast itself would write the record, so both read each other's, but without
 * reflection: when a node is lost, thousands are read and written at once. Stateless.
 */
final class AffinityEntrySerializer implements CompactSerializer<AffinityEntry> {
    private static final String NODE = "node";
    private static final String INCARNATION = "incarnation";
    private static final String EPOCH = "epoch";
    private static final String CONNECTED_AT = "connectedAtMs";
    private static final String SENT_AWAY_AT = "sentAwayAtMs";

    @Override
    @SuppressWarnings("NullAway") // no entry is without a node
    public AffinityEntry read(CompactReader reader) {
        return new AffinityEntry(
                reader.readString(NODE),
                reader.readInt64(INCARNATION),
                reader.readInt64(EPOCH),
                reader.readInt64(CONNECTED_AT),
                reader.readInt64(SENT_AWAY_AT));
    }

    @Override
    public void write(CompactWriter writer, AffinityEntry entry) {
        writer.writeString(NODE, entry.node());
        writer.writeInt64(INCARNATION, entry.incarnation());
        writer.writeInt64(EPOCH, entry.epoch());
        writer.writeInt64(CONNECTED_AT, entry.connectedAtMs());
        writer.writeInt64(SENT_AWAY_AT, entry.sentAwayAtMs());
    }

    @Override
    public String getTypeName() {
        return AffinityEntry.class.getName();
    }

    @Override
    public Class<AffinityEntry> getCompactClass() {
        return AffinityEntry.class;
    }
}
