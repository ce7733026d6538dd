/** Tests of the load generator. */
@NullMarked
package io.hawser.cli.bench;

import org.jspecify.annotations.NullMarked;
