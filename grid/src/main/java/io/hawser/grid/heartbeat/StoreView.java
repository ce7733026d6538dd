package io.hawser.grid.heartbeat;

import java.util.Set;

/**
 * What a node leaves in the store for those that do not hear it. Immutable.
 *
 * @param node whose
 * @param sequence rises each time it is written: one that does not rise is of a node that is gone
 * @param quorum whether it hears a majority
 * @param expected the nodes it expects, itself included
 * @param givenUp lives that it knows to be over
 */
public record StoreView(
        Life node, long sequence, boolean quorum, Set<Life> expected, Set<Life> givenUp) {}
