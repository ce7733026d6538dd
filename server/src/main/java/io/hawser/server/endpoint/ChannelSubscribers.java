package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.session.Selection;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One I/O thread's connections in one channel, and what has come for them in this batch. Confined
 * to that thread.
 */
final class ChannelSubscribers {
    private static final int FIRST_CAPACITY = 2;

    private final String channel;
    private final ChannelOptions options;
    private final SharedFilters filters;
    private Membership[] members = new Membership[FIRST_CAPACITY];
    private int size;
    private final List<Delivery> pending = new ArrayList<>(0);

    /** Members with filters, by their filter; null if there are none. */
    private @Nullable Map<TagFilter, FilterGroup> groups;

    /** The last batch with publications. */
    private long publishedIn = -1;

    ChannelSubscribers(String channel, ChannelOptions options, SharedFilters filters) {
        this.channel = channel;
        this.options = options;
        this.filters = filters;
    }

    String channel() {
        return channel;
    }

    ChannelOptions options() {
        return options;
    }

    /** One more member; nothing is known yet of what it has. */
    Membership add(ClientConnection connection, Selection selection) {
        TagFilter filter = selection.filter();
        var member =
                new Membership(
                        connection,
                        this,
                        selection.joinLeave(),
                        selection.delta(),
                        filter == null ? null : joinGroup(filter));
        add(member);
        return member;
    }

    private FilterGroup joinGroup(TagFilter filter) {
        if (groups == null) {
            groups = new HashMap<>(4);
        }
        FilterGroup group = groups.computeIfAbsent(filter, f -> new FilterGroup(filters.join(f)));
        group.members++;
        return group;
    }

    private void leave(FilterGroup group) {
        group.members--;
        if (group.members == 0 && groups != null) {
            groups.remove(group.filter.filter);
            filters.leave(group.filter);
        }
    }

    private void add(Membership member) {
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
        if (member.group != null) {
            leave(member.group);
        }
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
        List<Delivery> all = List.copyOf(pending);
        pending.clear();
        int next = 0;
        while (next < all.size()) {
            int end = endOfRun(all, next);
            give(dispatch, all.subList(next, end));
            next = end;
        }
    }

    /** Where the frames end that what begins at {@code first} may share. */
    private int endOfRun(List<Delivery> all, int first) {
        int end = first + 1;
        while (end < all.size() && goTogether(all.get(first), all.get(end))) {
            end++;
        }
        return end;
    }

    /** Where frames may be dropped, none holds both publications and what must not be lost. */
    private boolean goTogether(Delivery one, Delivery other) {
        return one.priority() == other.priority()
                && !(options.slowConsumer().drops()
                        && one.onlyForJoinLeave() != other.onlyForJoinLeave());
    }

    private void give(Dispatch dispatch, List<Delivery> deliveries) {
        try {
            dispatch.begin(this, deliveries);
            for (int i = 0; i < size; i++) {
                dispatch.give(members[i]);
            }
        } finally {
            dispatch.end();
        }
    }

    /** Notes that there are publications in this batch; true if there were some before. */
    boolean publishedIn(long batch) {
        boolean again = publishedIn == batch;
        publishedIn = batch;
        return again;
    }

    List<ClientConnection> copy() {
        List<ClientConnection> connections = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            connections.add(members[i].connection);
        }
        return connections;
    }
}
