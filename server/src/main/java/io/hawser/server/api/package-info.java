/** The server API: publishing, channels and clients, asked by other programs over HTTP. */
@NullMarked
package io.hawser.server.api;

import org.jspecify.annotations.NullMarked;
