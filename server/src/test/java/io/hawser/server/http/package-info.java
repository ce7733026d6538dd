@NullMarked
package io.hawser.server.http;

import org.jspecify.annotations.NullMarked;
