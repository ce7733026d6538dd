/** Tests of the HTTP side: health, routes, server API, administration, metrics. */
@NullMarked
package io.hawser.server.admin;

import org.jspecify.annotations.NullMarked;
