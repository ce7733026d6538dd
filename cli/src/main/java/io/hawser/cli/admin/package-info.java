/** A client of a node's admin port. */
@NullMarked
package io.hawser.cli.admin;

import org.jspecify.annotations.NullMarked;
