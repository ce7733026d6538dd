/** Runs the real Redis, PostgreSQL and HAProxy beside us, for the demo and for tests. */
@NullMarked
package io.hawser.devkit;

import org.jspecify.annotations.NullMarked;
