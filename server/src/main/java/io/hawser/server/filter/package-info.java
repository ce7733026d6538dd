/**
 * Tags filters: which publications of a channel a subscription asks for. Knows no channel and no
 * subscription.
 */
@NullMarked
package io.hawser.server.filter;

import org.jspecify.annotations.NullMarked;
