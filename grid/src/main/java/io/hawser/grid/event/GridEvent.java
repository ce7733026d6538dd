package io.hawser.grid.event;

import io.hawser.grid.cluster.NodeId;

import java.util.Objects;

/**
 * Something that happened in the cluster, as all nodes are told of it. Immutable.
 *
 * @param id the same wherever and however often it is told; 1 to {@value #MAX_ID} visible ASCII
 *     characters
 * @param timeMs when, milliseconds since 1970 by the clock of the node that tells it
 * @param by node that saw or did it
 * @param incarnation that node's life
 */
public record GridEvent(String id, long timeMs, NodeId by, long incarnation, Happening what) {
    static final int MAX_ID = 200;

    public GridEvent {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(what, "what");
        if (id.isEmpty() || id.length() > MAX_ID || !id.chars().allMatch(GridEvent::isPlain)) {
            throw new IllegalArgumentException(
                    "an id of 1 to " + MAX_ID + " visible ASCII characters");
        }
    }

    private static boolean isPlain(int character) {
        return character > ' ' && character < 127;
    }
}
