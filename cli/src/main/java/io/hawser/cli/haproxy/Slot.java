package io.hawser.cli.haproxy;

import java.util.List;

/**
 * A spare slot, and the ids of nodes that clients can name to get it ({@code ?node=}). Immutable.
 *
 * @param number from 1, as in the server's name
 * @param hintable whether HAProxy's file has a list of hints for it
 */
public record Slot(int number, ProxyServer server, boolean hintable, List<String> hints) {
    public Slot {
        hints = List.copyOf(hints);
    }

    /** The name of its server. */
    public String name() {
        return server.name();
    }
}
