/** Whole clusters of node processes, and clients that nobody here wrote. */
@NullMarked
package io.hawser.cli.cluster;

import org.jspecify.annotations.NullMarked;
