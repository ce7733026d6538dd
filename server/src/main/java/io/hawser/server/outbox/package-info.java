/** Publishes what transactions in PostgreSQL have written to the outbox. */
@NullMarked
package io.hawser.server.outbox;

import org.jspecify.annotations.NullMarked;
