/** Tests of storage; those named IT run against a real PostgreSQL. */
@NullMarked
package io.hawser.server.storage;

import org.jspecify.annotations.NullMarked;
