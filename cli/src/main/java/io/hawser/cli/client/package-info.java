/** A client of the JSON protocol over WebSocket that reconnects and recovers. */
@NullMarked
package io.hawser.cli.client;

import org.jspecify.annotations.NullMarked;
