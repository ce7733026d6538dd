package io.hawser.server.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One I/O thread's connections in one channel. Confined to that thread. */
final class ChannelSubscribers {
    /** Whether each wants joins and leaves. */
    private final Map<WebSocketConnection, Boolean> wantsJoinLeave = new LinkedHashMap<>(4);

    void add(WebSocketConnection connection, boolean joinLeave) {
        wantsJoinLeave.put(connection, joinLeave);
    }

    /** Returns true if nobody is left. */
    boolean remove(WebSocketConnection connection) {
        wantsJoinLeave.remove(connection);
        return wantsJoinLeave.isEmpty();
    }

    /** A delivery only queues, so nobody comes or goes while it runs. */
    void deliver(Delivery delivery) {
        wantsJoinLeave.forEach(
                (connection, joinLeave) -> {
                    if (joinLeave || !delivery.onlyForJoinLeave()) {
                        connection.deliver(delivery);
                    }
                });
    }

    List<WebSocketConnection> copy() {
        return new ArrayList<>(wantsJoinLeave.keySet());
    }
}
