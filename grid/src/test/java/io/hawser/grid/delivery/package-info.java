@NullMarked
package io.hawser.grid.delivery;

import org.jspecify.annotations.NullMarked;
