/** Keeps a HAProxy's spare server slots in step with the registry, through its runtime socket. */
@NullMarked
package io.hawser.cli.haproxy;

import org.jspecify.annotations.NullMarked;
