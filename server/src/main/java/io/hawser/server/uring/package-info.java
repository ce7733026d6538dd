/** io_uring: sends to many sockets in one system call. Knows no WebSocket. */
@NullMarked
package io.hawser.server.uring;

import org.jspecify.annotations.NullMarked;
