/** Tests of sessions. */
@NullMarked
package io.hawser.server.session;

import org.jspecify.annotations.NullMarked;
