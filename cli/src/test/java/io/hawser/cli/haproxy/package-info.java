/** Tests of the spare slots. */
@NullMarked
package io.hawser.cli.haproxy;

import org.jspecify.annotations.NullMarked;
