/** Tests of the WebSocket layer: frames, upgrade requests, and the front with real sockets. */
@NullMarked
package io.hawser.server.websocket;

import org.jspecify.annotations.NullMarked;
