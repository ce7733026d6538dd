/**
 * What clients are promised, held against real faults of Redis and of nodes under load: the log of
 * what clients saw and its checks (pure), clients, publishers, faults.
 */
@NullMarked
package io.hawser.cli.soak;

import org.jspecify.annotations.NullMarked;
