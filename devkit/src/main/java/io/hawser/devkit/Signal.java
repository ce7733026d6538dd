package io.hawser.devkit;

/** The signals that we send to processes. */
public enum Signal {
    /** Stop in order. */
    TERM,
    /** What Ctrl-C sends; PostgreSQL's fast shutdown. */
    INT,
    /** Die at once; cannot be caught. */
    KILL,
    /** Freeze: the process keeps its sockets and memory but does nothing. */
    STOP,
    /** Go on after {@link #STOP}. */
    CONT,
    /** Reload, by convention. */
    HUP,
    /** For what the program makes of it; HAProxy stops gracefully. */
    USR1,
    /** For what the program makes of it; HAProxy's master reloads. */
    USR2
}
