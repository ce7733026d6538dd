/** What Prometheus reads of this node. */
@NullMarked
package io.hawser.server.metrics;

import org.jspecify.annotations.NullMarked;
