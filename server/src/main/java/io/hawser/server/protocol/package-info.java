/**
 * The Centrifuge client protocol v2: commands, replies, pushes, their codes and their codecs. Knows
 * no transport and no session.
 */
@NullMarked
package io.hawser.server.protocol;

import org.jspecify.annotations.NullMarked;
