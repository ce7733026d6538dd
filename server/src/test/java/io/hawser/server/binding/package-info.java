@NullMarked
package io.hawser.server.binding;

import org.jspecify.annotations.NullMarked;
