/** Tests. */
@NullMarked
package io.hawser.cli.client;

import org.jspecify.annotations.NullMarked;
