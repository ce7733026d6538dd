/** Tests of the agent port and of drains. */
@NullMarked
package io.hawser.server.drain;

import org.jspecify.annotations.NullMarked;
