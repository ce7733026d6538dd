/** What a node tells or starts outside: webhooks and commands. */
@NullMarked
package io.hawser.server.hook;

import org.jspecify.annotations.NullMarked;
