/** How this node is, as load balancers and people are told. */
@NullMarked
package io.hawser.server.health;

import org.jspecify.annotations.NullMarked;
