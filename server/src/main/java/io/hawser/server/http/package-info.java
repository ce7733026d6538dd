/** What handlers of HTTP requests share: JSON in and out, bodies, the gate of the API key. */
@NullMarked
package io.hawser.server.http;

import org.jspecify.annotations.NullMarked;
