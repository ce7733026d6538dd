@NullMarked
package io.hawser.server.route;

import org.jspecify.annotations.NullMarked;
