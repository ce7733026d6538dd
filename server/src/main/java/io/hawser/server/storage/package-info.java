/** PostgreSQL: reaching it, its schema, and what is written there. */
@NullMarked
package io.hawser.server.storage;

import org.jspecify.annotations.NullMarked;
