/** WebSocket (RFC 6455) on XNIO with a Jakarta face: upgrade, frames, sockets; no channels here. */
@NullMarked
package io.hawser.server.websocket;

import org.jspecify.annotations.NullMarked;
