/** Tests of tokens and API keys. */
@NullMarked
package io.hawser.server.security;

import org.jspecify.annotations.NullMarked;
