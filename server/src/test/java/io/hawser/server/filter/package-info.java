/** Tests of tags filters. */
@NullMarked
package io.hawser.server.filter;

import org.jspecify.annotations.NullMarked;
