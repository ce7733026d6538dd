package io.hawser.grid.presence;

import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;

import io.hawser.grid.presence.ChannelMembers.RollChange;
import io.hawser.grid.presence.LocalMembers.Ref;
import io.hawser.grid.pubsub.ClientInfo;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Who is in a channel, on whatever node. Each node knows its own clients; the grid has, by channel,
 * node and incarnation, only how many. So how many there are costs as much as there are nodes, and
 * those of a node that is not live do not count, from the moment that is known. Who they are is
 * asked of the nodes that have some. This node's own come from memory, so it sees its own changes
 * at once, others a moment later.
 *
 * <p>It also says whether comings and goings are told to a channel: while it is small. Of the
 * clients of small channels the grid has a roll, so that the leaving of those who are lost with
 * their node can be told.
 *
 * <p>Thread-safe. {@link #enter} and {@link #leave} never block and may be called on I/O threads;
 * questions are answered on virtual threads.
 */
public final class Presence implements AutoCloseable {
    private static final int MAX_MARKED = 65_536;

    private final LiveNodes nodes;
    private final LocalMembers local = new LocalMembers();
    private final PresenceWriter writer;
    private final PresenceCleaner cleaner;
    private final PresenceReader reader;

    /**
     * @param lost hears of clients that were lost with a node
     */
    public Presence(
            HazelcastInstance hazelcast, LiveNodes nodes, NodeCalls calls, LostClients lost) {
        var shares = new ShareMap(hazelcast);
        var roll = new RollMap(hazelcast);
        var users = new UserMap(hazelcast);
        this.nodes = nodes;
        this.writer =
                new PresenceWriter(
                        local, new GridCopy(local, shares, roll, users, nodes), MAX_MARKED);
        this.cleaner = new PresenceCleaner(shares, roll, users, nodes, lost);
        this.reader = new PresenceReader(local, shares, nodes, calls);
    }

    /** Settings of the shared maps; the grid's members must be started with them. */
    public static List<MapConfig> mapConfigs() {
        return List.of(ShareMap.config(), RollMap.config(), UserMap.config());
    }

    /**
     * Starts writing, and answering other nodes. Called once, when this node has its incarnation.
     */
    public void start() {
        reader.start();
        writer.start();
        cleaner.start();
    }

    /**
     * A client of this node is in the channel from now on, or its information has changed.
     *
     * @param listed whether questions are answered with it
     * @param announcement whether its coming and going are told; always the same for a channel, but
     *     for the number. If it is lost with this node, another one tells
     * @param tell tells the channel of its coming; called at once, when it is known how large the
     *     channel is and whether it is the first of its user if that matters, or never. On this
     *     thread or another; must not block
     */
    public void enter(
            String channel,
            ClientInfo info,
            boolean listed,
            Announcement announcement,
            Runnable tell) {
        Member member = new Member(info, listed, announcement);
        boolean alone = nodes.lives().size() <= 1;
        changed(channel, info, local.enter(channel, member, alone, tell));
    }

    private void changed(String channel, ClientInfo info, RollChange change) {
        if (change.client()) {
            writer.rollChanged(new Ref(channel, info.client()));
        }
        if (change.user()) {
            writer.userChanged(new UserKey(channel, info.user()));
        }
        writer.changed(channel);
    }

    /**
     * A client of this node is in the channel no more.
     *
     * @param tell tells the channel of its going; called as that of {@link #enter}, and never
     *     before it
     */
    public void leave(String channel, ClientInfo info, Runnable tell) {
        RollChange change = local.leave(channel, info.client(), tell);
        if (change != null) {
            changed(channel, info, change);
        }
    }

    /**
     * The channel's clients. Asks each node that has some.
     *
     * @param most answered with {@link MemberList.TooMany} if there are more, without asking
     *     anybody if that is known before
     * @return exceptional after a second with a {@link java.util.concurrent.TimeoutException}, or
     *     earlier with a {@link PresenceException}, if the grid or a live node does not say
     */
    public CompletionStage<MemberList> members(String channel, int most) {
        return reader.members(channel, most);
    }

    /**
     * A part of the channel's clients, however many there are.
     *
     * @param after client id behind which the page begins; empty for the first page
     * @param limit clients of the page, at most; 1 or more
     * @return with {@link MemberPage#missing} if nodes do not say; exceptional as {@link #members}
     *     is if the grid does not
     */
    public CompletionStage<MemberPage> page(String channel, String after, int limit) {
        return reader.page(channel, after, limit);
    }

    /**
     * How many are in the channel. Asks nobody but the grid's map. Users of several nodes count
     * once: exactly up to 512 users a node, beyond that with a standard error of 1.6 %.
     *
     * @return exceptional as {@link #members} is
     */
    public CompletionStage<PresenceStats> stats(String channel) {
        return reader.stats(channel);
    }

    /** A node is gone, or an earlier life of it. */
    public void nodeGone(String node) {
        cleaner.nodeGone(node);
        // Entries of ours may have been lost with it, if their backup was lost before.
        writer.assertAll();
    }

    /** A node has come, perhaps with a half of the grid that had old entries of ours. */
    public void nodeCame() {
        writer.assertLater();
    }

    /** Writes this node's share anew: after a merge the other half does not have it. */
    public void assertAll() {
        writer.assertAll();
        writer.assertLater();
    }

    /** What has been counted. */
    public PresenceCounts counts() {
        return new PresenceCounts(
                local.count(),
                local.channels().size(),
                writer.waiting(),
                writer.failures(),
                writer.overflows(),
                reader.unanswered());
    }

    /** Writes what waits, for three seconds at most, and stops. */
    @Override
    public void close() {
        cleaner.close();
        writer.close();
    }
}
