/**
 * The fossil delta format: what turns one publication into the next. Knows no channel and no
 * encoding.
 */
@NullMarked
package io.hawser.server.delta;

import org.jspecify.annotations.NullMarked;
