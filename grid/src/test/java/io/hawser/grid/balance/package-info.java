/** Tests of the balancer. */
@NullMarked
package io.hawser.grid.balance;

import org.jspecify.annotations.NullMarked;
