/** Orders to nodes, such as to drain: carried to the node that they are for. */
@NullMarked
package io.hawser.server.order;

import org.jspecify.annotations.NullMarked;
