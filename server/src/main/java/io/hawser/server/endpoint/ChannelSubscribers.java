package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;

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
    private final ChannelOptions options;
    private Membership[] members = new Membership[FIRST_CAPACITY];
    private int size;
    private final List<Delivery> pending = new ArrayList<>(0);

    ChannelSubscribers(String channel, ChannelOptions options) {
        this.channel = channel;
        this.options = options;
    }

    String channel() {
        return channel;
    }

    ChannelOptions options() {
        return options;
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
        int next = 0;
        while (next < pending.size()) {
            int end = options.slowConsumer().drops() ? endOfRun(next) : pending.size();
            give(dispatch, pending.subList(next, end));
            next = end;
        }
        pending.clear();
    }

    /** Where frames may be dropped, none holds both publications and what must not be lost. */
    private int endOfRun(int first) {
        boolean kind = pending.get(first).onlyForJoinLeave();
        int end = first + 1;
        while (end < pending.size() && pending.get(end).onlyForJoinLeave() == kind) {
            end++;
        }
        return end;
    }

    private void give(Dispatch dispatch, List<Delivery> deliveries) {
        dispatch.begin(deliveries);
        for (int i = 0; i < size; i++) {
            dispatch.give(members[i]);
        }
        dispatch.end();
    }

    List<ClientConnection> copy() {
        List<ClientConnection> connections = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            connections.add(members[i].connection);
        }
        return connections;
    }
}
