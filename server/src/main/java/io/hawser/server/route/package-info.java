/** {@code /route}: which node a client should connect to. */
@NullMarked
package io.hawser.server.route;

import org.jspecify.annotations.NullMarked;
