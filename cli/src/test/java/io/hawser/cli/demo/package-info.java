/** Tests. */
@NullMarked
package io.hawser.cli.demo;

import org.jspecify.annotations.NullMarked;
