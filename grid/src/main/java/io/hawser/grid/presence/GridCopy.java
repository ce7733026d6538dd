package io.hawser.grid.presence;

import io.hawser.grid.presence.LocalMembers.Ref;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the grid's maps have of this node's members: its share of each channel, and the roll of
 * small ones. Each method writes what is true when it looks. For the writer's thread; blocks.
 */
final class GridCopy {
    /** A share can have four kilobytes. */
    static final int CHANNELS = 500;

    static final int REFS = 2_000;

    private final LocalMembers local;
    private final ShareStore shares;
    private final RollStore roll;
    private final UserStore users;
    private final LiveNodes nodes;
    private long version;

    GridCopy(
            LocalMembers local,
            ShareStore shares,
            RollStore roll,
            UserStore users,
            LiveNodes nodes) {
        this.local = local;
        this.shares = shares;
        this.roll = roll;
        this.users = users;
        this.nodes = nodes;
    }

    /**
     * Writes the shares of these channels, hears of the other nodes' shares where comings and
     * goings are told, and makes the roll follow.
     *
     * @throws PresenceException if the grid does not answer; then what waits to be told is told
     */
    void write(Collection<String> channels) {
        try {
            writeShares(channels);
            hear(channels);
        } catch (RuntimeException e) {
            channels.forEach(this::tellUnheard);
            throw e;
        }
        channels.forEach(this::turnRoll);
    }

    private void writeShares(Collection<String> channels) {
        Map<ShareKey, Share> present = new HashMap<>();
        Set<ShareKey> absent = new HashSet<>();
        NodeLife life = life();
        for (String channel : channels) {
            ChannelMembers members = local.of(channel);
            if (members == null || members.size() == 0) {
                absent.add(ShareKey.of(channel, life));
            } else {
                present.put(ShareKey.of(channel, life), members.share(++version));
            }
        }
        shares.write(present, absent);
    }

    private void hear(Collection<String> channels) {
        List<String> announced = new ArrayList<>();
        for (String channel : channels) {
            ChannelMembers members = local.of(channel);
            if (members != null && members.isAnnounced()) {
                announced.add(channel);
            }
        }
        Map<String, List<Share>> found = new HashMap<>();
        shares.of(announced, others())
                .forEach(
                        (key, share) ->
                                found.computeIfAbsent(key.channel(), _ -> new ArrayList<>())
                                        .add(share));
        for (String channel : announced) {
            local.heard(channel, Share.all(found.getOrDefault(channel, List.of())));
        }
    }

    /** Better told to a channel that is too large than not to one that is small. */
    private void tellUnheard(String channel) {
        ChannelMembers members = local.of(channel);
        if (members != null && members.isPending()) {
            local.heard(channel, 0);
        }
    }

    private void turnRoll(String channel) {
        ChannelMembers members = local.of(channel);
        if (members == null || members.isQuiet() == members.rollEmpty()) {
            return;
        }
        if (members.isQuiet()) {
            writeRolls(channel);
            members.rollEmpty(true); // whoever left until now was marked to be removed
        } else {
            members.rollEmpty(false);
            writeRolls(channel);
        }
    }

    private void writeRolls(String channel) {
        writeRoll(local.refs(channel));
        writeUsers(local.userKeys(channel));
    }

    /** Makes the roll of users follow, and tells of first comings and last goings. */
    void writeUsers(Collection<UserKey> keys) {
        List<UserKey> all = List.copyOf(keys);
        hearFirst(all);
        for (int from = 0; from < all.size(); from += REFS) {
            writeUserBatch(all.subList(from, Math.min(all.size(), from + REFS)));
        }
    }

    /** What is told of users needs to know how large the channel is. */
    private void hearFirst(Collection<UserKey> keys) {
        Set<String> unheard = new HashSet<>();
        for (UserKey key : keys) {
            ChannelMembers members = local.of(key.channel());
            if (members != null && members.isPending()) {
                unheard.add(key.channel());
            }
        }
        if (!unheard.isEmpty()) {
            write(unheard);
        }
    }

    private void writeUserBatch(List<UserKey> keys) {
        Map<UserKey, UserHere> here = local.usersHere(keys);
        List<UserKey> gone = keys.stream().filter(key -> !here.containsKey(key)).toList();
        Set<UserKey> alone = users.write(life(), here, gone);
        keys.forEach(key -> local.userWritten(key, here.containsKey(key), alone.contains(key)));
    }

    /** Makes the roll have these members, or not have them. */
    void writeRoll(Collection<Ref> refs) {
        List<Ref> all = List.copyOf(refs);
        for (int from = 0; from < all.size(); from += REFS) {
            writeRollBatch(all.subList(from, Math.min(all.size(), from + REFS)));
        }
    }

    private void writeRollBatch(List<Ref> refs) {
        Map<RollKey, RollEntry> present = new HashMap<>();
        Set<RollKey> absent = new HashSet<>();
        NodeLife life = life();
        for (Ref ref : refs) {
            RollKey key = new RollKey(ref.channel(), life.node(), life.incarnation(), ref.client());
            ChannelMembers members = local.of(ref.channel());
            Member member = members == null ? null : members.get(ref.client());
            boolean quiet = members == null || members.isQuiet();
            if (member == null || !member.announcedAlone() || quiet) {
                absent.add(key);
            } else {
                present.put(key, RollEntry.of(member));
            }
        }
        roll.write(present, absent);
    }

    /** Writes all there is anew, and removes what this life has no members for. */
    void writeAll() {
        List<String> channels = List.copyOf(local.channels().keySet());
        for (int from = 0; from < channels.size(); from += CHANNELS) {
            List<String> some = channels.subList(from, Math.min(channels.size(), from + CHANNELS));
            write(some);
            for (String channel : some) {
                ChannelMembers members = local.of(channel);
                if (members != null && !members.isQuiet()) {
                    writeRolls(channel);
                }
            }
        }
        removeStrays();
    }

    private void removeStrays() {
        NodeLife life = life();
        List<String> channels = new ArrayList<>();
        for (ShareKey key : shares.keysOfNode(life.node())) {
            if (key.life().equals(life) && local.of(key.channel()) == null) {
                channels.add(key.channel());
            }
        }
        for (int from = 0; from < channels.size(); from += CHANNELS) {
            writeShares(channels.subList(from, Math.min(channels.size(), from + CHANNELS)));
        }
        List<Ref> refs = new ArrayList<>();
        for (RollKey key : roll.keysOfNode(life.node())) {
            Ref ref = new Ref(key.channel(), key.client());
            ChannelMembers members = local.of(key.channel());
            boolean wanted = members != null && !members.isQuiet() && local.get(ref) != null;
            if (key.life().equals(life) && !wanted) {
                refs.add(ref);
            }
        }
        writeRoll(refs);
        Set<UserKey> strays = new HashSet<>(users.ofLife(life));
        strays.removeAll(local.usersHere(strays).keySet());
        writeUsers(strays);
    }

    private NodeLife life() {
        return new NodeLife(nodes.localNode(), nodes.localIncarnation());
    }

    private List<NodeLife> others() {
        String own = nodes.localNode();
        return nodes.lives().stream().filter(life -> !life.node().equals(own)).toList();
    }
}
