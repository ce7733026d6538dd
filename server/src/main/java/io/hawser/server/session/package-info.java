/** One authenticated client: command dispatch, subscriptions, limits. Knows no transport. */
@NullMarked
package io.hawser.server.session;

import org.jspecify.annotations.NullMarked;
