/** WebSocket endpoints: handshake, connections, and the fan-out to them on each I/O thread. */
@NullMarked
package io.hawser.server.endpoint;

import org.jspecify.annotations.NullMarked;
