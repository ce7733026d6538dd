package io.hawser.server.storage;

/** Something to be remembered about a session. Immutable, thread-safe. */
public sealed interface SessionRecord permits SessionOpened, SessionClosed {
    /** The connection's id, unique in time and space. */
    String client();
}
