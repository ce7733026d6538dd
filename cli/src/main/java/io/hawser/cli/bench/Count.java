package io.hawser.cli.bench;

import java.util.Locale;

/** What a run counts; figures of processes are added up. */
public enum Count {
    /** Connections that were to be made, publishers included. */
    ASKED,
    HANDSHAKES,
    READY,
    FAILED,
    /** Ready ones that ended before the run did. */
    CONNECTIONS_LOST,
    PUBLISHED,
    PUBLISHED_IN_WINDOW,
    REPLIED,
    REPLIED_IN_WINDOW,
    /** Answered with an error. */
    REFUSED,
    /** Due by the schedule and never sent, since the connection was full or gone. */
    UNSENT,
    /** Sent, and no reply came. */
    UNANSWERED,
    /** Deliveries that what was published makes. */
    EXPECTED,
    /** First arrivals. */
    DELIVERED,
    DELIVERED_IN_WINDOW,
    BYTES_IN_WINDOW,
    /** Never arrived. */
    LOST,
    DUPLICATES,
    /** Arrived after a later one. */
    DISORDERED,
    /** Of a channel that was not subscribed. */
    MISROUTED,
    /** Of another run. */
    FOREIGN,
    /** Messages that the bench did not make. */
    UNMARKED;

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
