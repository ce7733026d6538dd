/** The load generator: clients that publish, receive and check every delivery. */
@NullMarked
package io.hawser.cli.bench;

import org.jspecify.annotations.NullMarked;
