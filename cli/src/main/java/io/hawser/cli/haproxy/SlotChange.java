package io.hawser.cli.haproxy;

/** What is to be done with a spare slot of HAProxy. */
public sealed interface SlotChange {
    /** A node takes the slot. */
    record Fill(Slot slot, ClusterNode node) implements SlotChange {}

    /** The node of the slot is gone. */
    record Empty(Slot slot) implements SlotChange {}

    /** There is no slot for a node. */
    record NoRoom(ClusterNode node) implements SlotChange {}
}
