package io.hawser.grid.pubsub;

/** Somebody came to a channel or left it. */
public sealed interface PresenceEvent {
    /** Who. */
    ClientInfo info();

    /** A client subscribed. */
    record Join(ClientInfo info) implements PresenceEvent {}

    /** A client unsubscribed, disconnected, or was lost with its node. */
    record Leave(ClientInfo info) implements PresenceEvent {}
}
