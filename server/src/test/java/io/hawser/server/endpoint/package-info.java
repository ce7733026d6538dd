/** Tests of the WebSocket endpoints. */
@NullMarked
package io.hawser.server.endpoint;

import org.jspecify.annotations.NullMarked;
