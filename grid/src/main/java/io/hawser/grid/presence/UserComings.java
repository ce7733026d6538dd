package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The users of one channel on this node whose first coming and last going in the cluster are told.
 * Which is the first and the last only the grid knows, so what is to be told waits until this
 * node's part has been written there. Whoever goes and comes back before that has never been away.
 * No I/O and no clock; called by one thread at a time, as {@link LocalMembers} sees to.
 */
final class UserComings {
    private static final class Here {
        private final Set<String> clients = new HashSet<>(2);
        private ClientInfo info;
        private int announceUpTo;

        /** Tells of the coming, if it is the first; null if that is settled. */
        private @Nullable Runnable come;

        /** Tells of the going, if it is the last; null unless the user has gone from here. */
        private @Nullable Runnable gone;

        private Here(ClientInfo info) {
            this.info = info;
        }
    }

    private final Map<String, Here> byUser = new HashMap<>();

    /**
     * A client of the user is here.
     *
     * @param tell tells that the user has come; null if nobody is to be told
     * @return whether the grid has to be told
     */
    boolean enter(Member member, @Nullable Runnable tell) {
        ClientInfo info = member.info();
        Here here = byUser.computeIfAbsent(info.user(), _ -> new Here(info));
        boolean first = here.clients.isEmpty();
        here.clients.add(info.client());
        here.info = info;
        here.announceUpTo = member.announceUpTo();
        if (first) {
            if (here.gone == null) {
                here.come = tell;
            }
            here.gone = null;
        }
        return first;
    }

    /**
     * A client of the user is here no more.
     *
     * @param tell tells that the user has gone; null if nobody is to be told: then a user that has
     *     gone is forgotten at once
     * @return whether the grid has to be told
     */
    boolean leave(ClientInfo info, @Nullable Runnable tell) {
        Here here = byUser.get(info.user());
        if (here == null || !here.clients.remove(info.client()) || !here.clients.isEmpty()) {
            return false;
        }
        if (tell == null) {
            byUser.remove(info.user());
        }
        here.gone = here.come == null ? tell : null;
        here.come = null;
        return true;
    }

    /** What the grid is to have of the user on this node; null for nothing. */
    @Nullable UserHere of(String user) {
        Here here = byUser.get(user);
        return here == null || here.clients.isEmpty()
                ? null
                : new UserHere(here.info, here.announceUpTo);
    }

    /**
     * The grid has it.
     *
     * @param present what has been written: here, or not
     * @param alone whether the user was on no other node: came first, or went last
     * @return what is to be told; null for nothing
     */
    @Nullable Runnable written(String user, boolean present, boolean alone) {
        Here here = byUser.get(user);
        if (here == null) {
            return null;
        }
        Runnable told;
        if (present) {
            told = here.come;
            here.come = null;
        } else if (here.clients.isEmpty()) {
            told = here.gone;
            byUser.remove(user);
        } else {
            return null; // back already: it has never been away
        }
        return alone ? told : null;
    }

    /** Nobody is told any more: the channel is too large. Those who have gone are forgotten. */
    void quiet() {
        byUser.values().removeIf(here -> here.clients.isEmpty());
        byUser.values().forEach(here -> here.come = null);
    }

    /** Users with clients here, and those whose going is still to be told. */
    Collection<String> users() {
        return List.copyOf(byUser.keySet());
    }

    boolean isEmpty() {
        return byUser.isEmpty();
    }
}
