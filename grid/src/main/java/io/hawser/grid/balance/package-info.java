/** Which node a client goes to, and whether the nodes carry their shares. */
@NullMarked
package io.hawser.grid.balance;

import org.jspecify.annotations.NullMarked;
