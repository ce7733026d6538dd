package io.hawser.grid.presence;

import java.util.List;

/**
 * What presence asks the registry of nodes. Answers come from memory: nothing blocks.
 * Implementations are thread-safe.
 */
public interface LiveNodes {
    /** Id of this node. */
    String localNode();

    /** Which life of this node it is. */
    long localIncarnation();

    /** The lives that are a part of the grid now, this node's own perhaps among them. */
    List<NodeLife> lives();

    /** True if that life of the node is a part of the grid. A node not known is not. */
    boolean isLive(String node, long incarnation);

    /** True if that life of the node is known to be over. A node not known is not. */
    boolean isOver(String node, long incarnation);

    /** True if this node does what one has to do for all; two may think so while they split. */
    boolean isCoordinator();
}
