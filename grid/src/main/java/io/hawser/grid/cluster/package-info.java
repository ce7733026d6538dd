/** The grid of nodes: membership, discovery, the registry of nodes, questions to all nodes. */
@NullMarked
package io.hawser.grid.cluster;

import org.jspecify.annotations.NullMarked;
