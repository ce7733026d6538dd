package io.hawser.grid.presence;

import io.hawser.grid.presence.ChannelMembers.RollChange;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * This node's own members by channel: the truth that the grid's maps follow. Thread-safe; nothing
 * blocks.
 */
final class LocalMembers {
    /** A client in a channel. */
    record Ref(String channel, String client) {}

    private final Map<String, ChannelMembers> channels = new ConcurrentHashMap<>();
    private final LongAdder count = new LongAdder();

    /** As {@link ChannelMembers#enter}. */
    RollChange enter(String channel, Member member, boolean alone, Runnable tell) {
        RollChange[] change = {new RollChange(false, false)};
        channels.compute(
                channel,
                (_, known) -> {
                    ChannelMembers members = known == null ? new ChannelMembers() : known;
                    int before = members.size();
                    change[0] = members.enter(member, alone, tell);
                    count.add(members.size() - before);
                    return members;
                });
        return change[0];
    }

    /** As {@link ChannelMembers#leave}. */
    @Nullable RollChange leave(String channel, String client, Runnable tell) {
        @Nullable RollChange[] left = new @Nullable RollChange[1];
        channels.computeIfPresent(
                channel,
                (_, members) -> {
                    left[0] = members.leave(client, tell);
                    if (left[0] != null) {
                        count.decrement();
                    }
                    return members.isUnused() ? null : members;
                });
        return left[0];
    }

    /** The other nodes have so many members of the channel; what waited for that is told. */
    void heard(String channel, int elsewhere) {
        channels.computeIfPresent(
                channel,
                (_, members) -> {
                    // Told in here: nothing newer of the channel may overtake it.
                    members.heard(elsewhere).forEach(Runnable::run);
                    return members.isUnused() ? null : members;
                });
    }

    /** What the grid's roll is to have of these users, on this node; those without are absent. */
    Map<UserKey, UserHere> usersHere(Collection<UserKey> keys) {
        Map<UserKey, UserHere> here = new HashMap<>();
        for (UserKey key : keys) {
            channels.computeIfPresent(
                    key.channel(),
                    (_, members) -> {
                        UserHere user = members.userHere(key.user());
                        if (user != null) {
                            here.put(key, user);
                        }
                        return members;
                    });
        }
        return here;
    }

    /** The grid's roll has it so; what waited for that is told. As {@link UserComings#written}. */
    void userWritten(UserKey key, boolean present, boolean alone) {
        channels.computeIfPresent(
                key.channel(),
                (_, members) -> {
                    // Told in here: nothing newer of the user may overtake it.
                    Runnable tell = members.userWritten(key.user(), present, alone);
                    if (tell != null) {
                        tell.run();
                    }
                    return members.isUnused() ? null : members;
                });
    }

    /** Users of the channel that the roll has, is to have, or had. */
    Collection<UserKey> userKeys(String channel) {
        List<UserKey> keys = new ArrayList<>();
        channels.computeIfPresent(
                channel,
                (_, members) -> {
                    members.announcedUsers().forEach(user -> keys.add(new UserKey(channel, user)));
                    return members;
                });
        return keys;
    }

    /** Null if no member of the channel is here. */
    @Nullable ChannelMembers of(String channel) {
        return channels.get(channel);
    }

    @Nullable Member get(Ref ref) {
        ChannelMembers members = channels.get(ref.channel());
        return members == null ? null : members.get(ref.client());
    }

    /** All channels with members here, by name: a view. */
    Map<String, ChannelMembers> channels() {
        return Collections.unmodifiableMap(channels);
    }

    /** Members in all channels. */
    long count() {
        return count.sum();
    }

    /** The members of a channel as references; empty if there are none here. */
    Collection<Ref> refs(String channel) {
        ChannelMembers members = channels.get(channel);
        return members == null
                ? List.of()
                : members.all().stream()
                        .filter(Member::announcedAlone)
                        .map(member -> new Ref(channel, member.info().client()))
                        .toList();
    }
}
