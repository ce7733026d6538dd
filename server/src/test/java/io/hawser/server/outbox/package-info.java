@NullMarked
package io.hawser.server.outbox;

import org.jspecify.annotations.NullMarked;
