@NullMarked
package io.hawser.server.order;

import org.jspecify.annotations.NullMarked;
