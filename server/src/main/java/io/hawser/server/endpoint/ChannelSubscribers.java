package io.hawser.server.endpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One I/O thread's connections in one channel, and what has come for them in this batch. Confined
 * to that thread.
 */
final class ChannelSubscribers {
    private static final int FIRST_CAPACITY = 2;

    private final String channel;
    private Membership[] members = new Membership[FIRST_CAPACITY];
    private int size;
    private final List<Delivery> pending = new ArrayList<>(0);

    ChannelSubscribers(String channel) {
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    void add(Membership member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, size + (size >> 1) + 1);
        }
        member.index = size;
        members[size++] = member;
    }

    void remove(Membership member) {
        Membership last = members[--size];
        members[member.index] = last;
        last.index = member.index;
        unset(size);
    }

    @SuppressWarnings("NullAway") // beyond the size, where nobody looks
    private void unset(int index) {
        members[index] = null;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns true if it is the first one of the batch. */
    boolean queue(Delivery delivery) {
        pending.add(delivery);
        return pending.size() == 1;
    }

    /** Gives what is pending to those who are members now. */
    void dispatch(Dispatch dispatch) {
        if (pending.isEmpty()) {
            return;
        }
        dispatch.begin(pending);
        for (int i = 0; i < size; i++) {
            dispatch.give(members[i]);
        }
        dispatch.end();
        pending.clear();
    }

    List<WebSocketConnection> copy() {
        List<WebSocketConnection> connections = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            connections.add(members[i].connection);
        }
        return connections;
    }
}
