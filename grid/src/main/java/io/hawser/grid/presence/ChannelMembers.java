package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * This node's members of one channel, and whether the channel is small enough that comings and
 * goings are told to it. No I/O and no clock.
 *
 * <p>A channel is small while it has, on all nodes, no more members than {@code announceUpTo}. One
 * that was larger is small again at nine tenths of that, lest it changes all the time. How many the
 * other nodes have is {@link #heard}; until that is known nothing is told: it waits.
 *
 * <p>Changing methods are called by one thread at a time, as {@link LocalMembers} sees to; readers
 * are any threads and see a state that may be changing.
 */
final class ChannelMembers {
    /** Members up to which users are counted by looking at all; most channels have few. */
    private static final int FEW = 16;

    private static final int UNKNOWN = -1;

    /** By client, in the order of their ids: that is how they are told page by page. */
    private final NavigableMap<String, Member> byClient = new ConcurrentSkipListMap<>();

    /** Clients of each user that is listed; null while there are few. */
    private volatile @Nullable Map<String, Integer> byUser;

    /** Members that presence does not show. */
    private volatile int hidden;

    /** Members on other nodes, as last heard; unknown at first. */
    private volatile int elsewhere = UNKNOWN;

    /** Of whoever came last; 0 if nobody's coming is told here. */
    private volatile int announceUpTo;

    private volatile boolean quiet;

    /** Those whose comings and goings are told; null if this channel's are not told by user. */
    private @Nullable UserComings comings;

    /** What is to be told once it is known whether the channel is small. Null for nothing. */
    private @Nullable List<Runnable> pending;

    private volatile UserSketch lastSketch = UserSketch.NOBODY;

    /** True if the grid's roll has none of these members. The writer's own; see there. */
    private volatile boolean rollEmpty;

    // Coming and going

    /**
     * A member is here from now on, or has changed.
     *
     * @param alone whether there are no other nodes
     * @param tell tells the channel; called here, later, or never. Must not block
     * @return whether the member's place in the rolls is another now
     */
    RollChange enter(Member member, boolean alone, Runnable tell) {
        Member before = byClient.put(member.info().client(), member);
        if (before != null) {
            uncount(before);
        }
        count(member);
        if (member.announced()) {
            announceUpTo = member.announceUpTo();
        }
        if (alone && pending == null) {
            elsewhere = 0;
        }
        judge();
        boolean userChanged = false;
        if (member.announcedByUser()) {
            userChanged = comings().enter(member, quiet ? null : tell) && mayHaveRoll();
        } else if (member.announced()) {
            tell(tell);
        }
        boolean byItself = member.announcedAlone() || (before != null && before.announcedAlone());
        return new RollChange(byItself && mayHaveRoll(), userChanged);
    }

    private UserComings comings() {
        UserComings known = comings;
        if (known == null) {
            known = new UserComings();
            comings = known;
        }
        return known;
    }

    /**
     * What a coming or going changes in the grid's rolls.
     *
     * @param client whether the client's place may be another
     * @param user whether its user's may be
     */
    record RollChange(boolean client, boolean user) {}

    /**
     * A member is here no more.
     *
     * @param tell as with {@link #enter}
     * @return null if it was not here
     */
    @Nullable RollChange leave(String client, Runnable tell) {
        Member member = byClient.remove(client);
        if (member == null) {
            return null;
        }
        uncount(member);
        judge();
        if (member.announcedByUser()) {
            boolean last = comings().leave(member.info(), quiet ? null : tell);
            return new RollChange(false, last && mayHaveRoll());
        }
        if (member.announced()) {
            tell(tell);
        }
        return new RollChange(member.announced() && mayHaveRoll(), false);
    }

    /** As long as the roll has not been emptied, the channel may turn small as if it never was. */
    private boolean mayHaveRoll() {
        return !(quiet && rollEmpty);
    }

    private void tell(Runnable tell) {
        if (quiet) {
            return;
        }
        if (elsewhere != UNKNOWN && pending == null) {
            tell.run();
            return;
        }
        if (pending == null) {
            pending = new ArrayList<>();
        }
        pending.add(tell);
        if (pending.size() > 2L * announceUpTo) {
            turnQuiet(); // so many do not come and go in a small channel
        }
    }

    /**
     * The other nodes have so many members.
     *
     * @return what has waited to be told, in its order
     */
    List<Runnable> heard(int members) {
        elsewhere = members;
        judge();
        List<Runnable> waited = pending;
        pending = null;
        return waited == null || quiet ? List.of() : waited;
    }

    private void judge() {
        int upTo = announceUpTo;
        if (upTo == 0) {
            return;
        }
        long all = (long) size() + Math.max(0, elsewhere);
        if (all > upTo) {
            turnQuiet();
        } else if (all <= upTo - upTo / 10) {
            quiet = false;
        }
    }

    /** Once each time: it looks at all users, and a large channel has many. */
    private void turnQuiet() {
        pending = null;
        if (!quiet && comings != null) {
            comings.quiet();
        }
        quiet = true;
    }

    /** What the roll of users is to have of a user on this node; null for nothing. */
    @Nullable UserHere userHere(String user) {
        return quiet || comings == null ? null : comings.of(user);
    }

    /** As {@link UserComings#written}. */
    @Nullable Runnable userWritten(String user, boolean present, boolean alone) {
        return comings == null ? null : comings.written(user, present, alone);
    }

    /** Users that the roll has, or is to have, or had. */
    Collection<String> announcedUsers() {
        return comings == null ? List.of() : comings.users();
    }

    // Users

    private void count(Member member) {
        if (!member.listed()) {
            int others = hidden;
            hidden = others + 1;
            return;
        }
        Map<String, Integer> counts = byUser;
        if (counts != null) {
            counts.merge(member.info().user(), 1, Integer::sum);
        } else if (size() > FEW) {
            byUser = countUsers();
        }
    }

    private void uncount(Member member) {
        if (!member.listed()) {
            int others = hidden;
            hidden = others - 1;
            return;
        }
        Map<String, Integer> counts = byUser;
        if (counts != null) {
            counts.computeIfPresent(
                    member.info().user(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private Map<String, Integer> countUsers() {
        Map<String, Integer> counts = new ConcurrentHashMap<>();
        for (Member member : byClient.values()) {
            if (member.listed()) {
                counts.merge(member.info().user(), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** A user is here from its first client's coming to its last one's going. */
    private Collection<String> users() {
        Map<String, Integer> counts = byUser;
        return (counts == null ? countUsers() : counts).keySet();
    }

    // What there is

    /** This node's share of the channel, as it is now. For one thread. */
    Share share(long version) {
        Collection<String> users = users();
        UserSketch sketch = UserSketch.of(users);
        lastSketch = sketch;
        return Share.of(version, listed(), users.size(), hidden, sketch);
    }

    /** The same for a question: where there are many users, which they are is a moment old. */
    Share recentShare() {
        Collection<String> users = users();
        UserSketch last = lastSketch;
        boolean usable = users.size() > UserSketch.EXACT && !last.isExact();
        UserSketch sketch = usable ? last : UserSketch.of(users);
        return Share.of(0, listed(), users.size(), hidden, sketch);
    }

    boolean isUnused() {
        return byClient.isEmpty() && pending == null && (comings == null || comings.isEmpty());
    }

    /** Members of either kind. */
    int size() {
        return byClient.size();
    }

    /** Members that presence shows. */
    int listed() {
        return Math.max(0, size() - hidden);
    }

    @Nullable Member get(String client) {
        return byClient.get(client);
    }

    /** All of them: a view that may be changing. */
    Collection<Member> all() {
        return byClient.values();
    }

    /**
     * Those that presence shows, in the order of client ids.
     *
     * @param after only those behind this client id; empty for all
     */
    Iterable<ClientInfo> listedAfter(String after) {
        Collection<Member> rest =
                (after.isEmpty() ? byClient : byClient.tailMap(after, false)).values();
        return () -> rest.stream().filter(Member::listed).map(Member::info).iterator();
    }

    // Small or not

    /** Whether anybody's coming and going are told here. */
    boolean isAnnounced() {
        return announceUpTo > 0;
    }

    boolean isQuiet() {
        return quiet;
    }

    /** Whether this node's members alone do not keep it quiet. */
    boolean mayBeSmall() {
        return size() <= announceUpTo - announceUpTo / 10;
    }

    /** Whether something waits to be told until the other nodes' members are known. */
    boolean isPending() {
        return elsewhere == UNKNOWN && isAnnounced();
    }

    boolean rollEmpty() {
        return rollEmpty;
    }

    void rollEmpty(boolean empty) {
        rollEmpty = empty;
    }
}
