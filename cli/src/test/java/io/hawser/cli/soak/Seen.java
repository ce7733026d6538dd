package io.hawser.cli.soak;

import java.util.List;

/** What comes to one client of one channel, in the order in which it comes. Immutable. */
sealed interface Seen {
    /**
     * The subscription is live.
     *
     * @param epoch of the stream
     * @param top its newest offset
     * @param recovered whether the node says that {@code missed} is all that was missed
     */
    record Subscribed(String epoch, long top, boolean recovered, List<Message> missed)
            implements Seen {
        public Subscribed {
            missed = List.copyOf(missed);
        }
    }

    /** A publication, live. */
    record Published(Message message) implements Seen {}

    /** The subscription, or the connection with it, is over: nothing may come after it. */
    record Over() implements Seen {}
}
