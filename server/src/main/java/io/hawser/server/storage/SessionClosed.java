package io.hawser.server.storage;

import java.time.Instant;

/**
 * A session is over. It brings its beginning along, so that the row is whole even where the record
 * of that was dropped. Immutable, thread-safe.
 *
 * @param code of the disconnect, as the protocol's table has it
 */
public record SessionClosed(SessionOpened opened, Instant disconnectedAt, int code, String reason)
        implements SessionRecord {
    @Override
    public String client() {
        return opened.client();
    }
}
