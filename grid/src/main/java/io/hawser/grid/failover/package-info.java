/** What happens when a node goes: decisions about drains, moves of connections, and failures. */
@NullMarked
package io.hawser.grid.failover;

import org.jspecify.annotations.NullMarked;
