@NullMarked
package io.hawser.server.api;

import org.jspecify.annotations.NullMarked;
