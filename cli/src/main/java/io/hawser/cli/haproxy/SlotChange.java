package io.hawser.cli.haproxy;

/** What is to be done with a spare slot of HAProxy. */
public sealed interface SlotChange {
    /** A node takes the slot. */
    record Fill(Slot slot, ClusterNode node) implements SlotChange {}

    /** The node of the slot is gone. */
    record Empty(Slot slot) implements SlotChange {}

    /** There is no slot for a node. */
    record NoRoom(ClusterNode node) implements SlotChange {}

    /** The free slots are checked at the agent port, and the node has none: it would be down. */
    record NoAgent(ClusterNode node) implements SlotChange {}

    /** Whether a node that takes clients gets none through HAProxy. */
    default boolean leavesOut() {
        return switch (this) {
            case NoRoom _, NoAgent _ -> true;
            case Fill _, Empty _ -> false;
        };
    }
}
