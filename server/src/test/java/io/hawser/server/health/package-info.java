@NullMarked
package io.hawser.server.health;

import org.jspecify.annotations.NullMarked;
