/** HTTP beside the WebSocket endpoints: health, routing, server API, administration, metrics. */
@NullMarked
package io.hawser.server.admin;

import org.jspecify.annotations.NullMarked;
