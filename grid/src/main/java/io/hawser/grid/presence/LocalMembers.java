package io.hawser.grid.presence;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This node's own clients by channel: the truth that the grid's map follows. Thread-safe; nothing
 * blocks.
 */
final class LocalMembers {
    /** A client in a channel. */
    record Ref(String channel, String client) {}

    private final Map<String, Map<String, Member>> channels = new ConcurrentHashMap<>();

    void put(String channel, Member member) {
        channels.compute(
                channel,
                (_, members) -> {
                    Map<String, Member> all = members == null ? newChannel() : members;
                    all.put(member.info().client(), member);
                    return all;
                });
    }

    /** True if it was there. */
    boolean remove(String channel, String client) {
        boolean[] removed = new boolean[1];
        channels.computeIfPresent(
                channel,
                (_, members) -> {
                    removed[0] = members.remove(client) != null;
                    return members.isEmpty() ? null : members;
                });
        return removed[0];
    }

    @Nullable Member get(Ref ref) {
        Map<String, Member> members = channels.get(ref.channel());
        return members == null ? null : members.get(ref.client());
    }

    /** Members of a channel by client; a live view. */
    Map<String, Member> of(String channel) {
        return channels.getOrDefault(channel, Map.of());
    }

    /** All there are: a copy that may be a moment old. */
    List<Ref> refs() {
        List<Ref> refs = new ArrayList<>();
        channels.forEach(
                (channel, members) ->
                        members.keySet().forEach(client -> refs.add(new Ref(channel, client))));
        return refs;
    }

    /** Most channels have few members on one node. */
    private static Map<String, Member> newChannel() {
        return new ConcurrentHashMap<>(4);
    }
}
