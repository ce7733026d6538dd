package io.hawser.server.storage;

import java.time.Instant;

/**
 * A client got in. Immutable, thread-safe.
 *
 * @param client the connection's id, unique in time and space
 * @param user empty for an anonymous one
 * @param address IPv4 or IPv6 literal; anything else is stored as not known
 * @param transport such as {@code websocket}
 * @param clientName as the client calls itself; empty if it does not
 * @param clientVersion as the client says; empty if it does not
 */
public record SessionOpened(
        String client,
        String user,
        String address,
        String transport,
        String clientName,
        String clientVersion,
        Instant connectedAt)
        implements SessionRecord {}
