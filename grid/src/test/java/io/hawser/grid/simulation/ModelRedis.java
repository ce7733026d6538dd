package io.hawser.grid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.stream.StreamRead;
import io.hawser.grid.stream.Witness;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code publish.lua} and {@code history.lua} see and do, with a replica that lags and a dump
 * that is older, and the truth about it: which publication came after which. The scripts themselves
 * are held to the same by {@code RedisRepairIT}.
 */
final class ModelRedis {
    private static final int SIZE = 30;

    private final Counts counts;
    private final Breakage breakage;
    private Map<String, Stream> streams = new HashMap<>();
    private Map<String, Stream> replica = new HashMap<>();
    private Map<String, Stream> dump = new HashMap<>();
    private int epochs;
    private long ids;

    /** By id, the id of the one before it in its stream; 0 for the first. */
    private final Map<Long, Long> before = new HashMap<>();

    /** By id of a publication that Redis lost while its epoch went on, when that was. */
    private final Map<Long, Fork> lost = new HashMap<>();

    private final Map<String, Fork> openForks = new HashMap<>();
    private final Map<String, List<Fork>> forks = new HashMap<>();

    /** One channel's. {@code topId} is the truth, also where the entry is gone. */
    private static final class Stream {
        String epoch;
        long offset;
        long topId;
        final ArrayDeque<Publication> entries = new ArrayDeque<>();

        Stream(String epoch) {
            this.epoch = epoch;
        }

        Stream copy() {
            Stream copy = new Stream(epoch);
            copy.offset = offset;
            copy.topId = topId;
            copy.entries.addAll(entries);
            return copy;
        }
    }

    /**
     * A stream that lost its tail and kept its epoch. It can be noticed as long as one of these
     * nodes follows the channel and knows a lost publication.
     */
    static final class Fork {
        final Set<Integer> witnesses = new HashSet<>();

        /** Nobody who could notice it is left. */
        boolean isUnknowable;
    }

    /** What a script did; the message goes to those who hear the channel. */
    record Published(StreamPosition position, Publication publication) {}

    /**
     * @param renewed the bus is told of a new epoch
     */
    record Answer(StreamRead found, boolean renewed) {}

    ModelRedis(Counts counts, Breakage breakage) {
        this.counts = counts;
        this.breakage = breakage;
    }

    private Stream stream(String channel) {
        return streams.computeIfAbsent(channel, c -> new Stream(nextEpoch()));
    }

    private String nextEpoch() {
        return "%08d0000".formatted(++epochs);
    }

    StreamPosition top(String channel) {
        Stream stream = stream(channel);
        return new StreamPosition(stream.offset, stream.epoch);
    }

    long topId(String channel) {
        return stream(channel).topId;
    }

    /** The id of the publication before this one, as it truly was. */
    long before(long id) {
        return before.getOrDefault(id, 0L);
    }

    /** How the publication was lost; null if it was not. */
    @Nullable Fork lostBy(long id) {
        return lost.get(id);
    }

    long newId() {
        return ++ids;
    }

    Published publish(String channel, Publication publication, StreamPosition seen) {
        Stream stream = stream(channel);
        stream.offset++;
        boolean isBack = Epochs.isOlder(stream.epoch, seen.epoch());
        boolean hasLess = stream.epoch.equals(seen.epoch()) && stream.offset <= seen.offset();
        if ((isBack || hasLess) && isHonest()) {
            counts.count(isBack ? Branch.NEW_EPOCH_BY_ORDER : Branch.NEW_EPOCH_BY_PUBLISH);
            renew(channel, stream);
        }
        Publication stored = publication.withOffset(stream.offset);
        before.put(stored.id(), stream.topId);
        stream.topId = stored.id();
        stream.entries.addLast(stored);
        if (stream.entries.size() > SIZE) {
            stream.entries.removeFirst();
        }
        return new Published(new StreamPosition(stream.offset, stream.epoch), stored);
    }

    private boolean isHonest() {
        return breakage != Breakage.SCRIPTS_IGNORE_WITNESSES;
    }

    private void renew(String channel, Stream stream) {
        stream.epoch = nextEpoch();
        openForks.remove(channel);
    }

    Answer read(String channel, long since, int limit, Witness witness) {
        Stream stream = stream(channel);
        boolean isBack = Epochs.isOlder(stream.epoch, witness.highest().epoch()) && isHonest();
        boolean same = stream.epoch.equals(witness.highest().epoch());
        boolean renewed = isBack || (same && isFork(stream, witness));
        if (isBack) {
            counts.count(Branch.NEW_EPOCH_BY_ORDER);
        }
        if (renewed) {
            renew(channel, stream);
        }
        List<Publication> found =
                stream.entries.stream().filter(p -> p.offset() > since).limit(limit).toList();
        StreamPosition top = new StreamPosition(stream.offset, stream.epoch);
        return new Answer(
                new StreamRead(new History(top, found), idAt(stream, stream.offset)), renewed);
    }

    private boolean isFork(Stream stream, Witness witness) {
        long id = idAt(stream, witness.offset());
        @Nullable Branch branch =
                stream.offset < witness.highest().offset()
                        ? Branch.NEW_EPOCH_BY_LESS
                        : witness.id() != 0 && id != 0 && id != witness.id()
                                ? Branch.NEW_EPOCH_BY_ID
                                : witness.forked() ? Branch.NEW_EPOCH_BY_TELLING : null;
        if (branch == null || !isHonest()) {
            return false;
        }
        counts.count(branch);
        return true;
    }

    private static long idAt(Stream stream, long offset) {
        for (Publication publication : stream.entries) {
            if (publication.offset() == offset) {
                return publication.id();
            }
        }
        return 0;
    }

    /** Old entries go, all of them if {@code keep} is 0; the position stays. */
    void trim(String channel, int keep) {
        Stream stream = stream(channel);
        while (stream.entries.size() > keep) {
            stream.entries.removeFirst();
        }
        Fork fork = openForks.get(channel);
        if (fork != null) {
            // What would have shown it may be gone.
            fork.isUnknowable = true;
        }
    }

    /** The replica has caught up. */
    void replicate() {
        replica = copy(streams);
    }

    void saveDump() {
        dump = copy(streams);
    }

    private static Map<String, Stream> copy(Map<String, Stream> streams) {
        Map<String, Stream> copy = new HashMap<>();
        streams.forEach((channel, stream) -> copy.put(channel, stream.copy()));
        return copy;
    }

    /** Names the nodes that know a publication of a channel above an offset, in an epoch. */
    interface Witnesses {
        Set<Integer> of(String channel, StreamPosition left);
    }

    void promoteReplica(Witnesses witnesses) {
        replaceBy(copy(replica), witnesses);
    }

    void restartWithDump(Witnesses witnesses) {
        replaceBy(copy(dump), witnesses);
    }

    void restartEmpty() {
        openForks.clear();
        streams = new HashMap<>();
        replica = new HashMap<>();
        dump = new HashMap<>();
    }

    private void replaceBy(Map<String, Stream> left, Witnesses witnesses) {
        Map<String, Stream> had = streams;
        streams = left;
        replica = copy(left);
        had.forEach((channel, stream) -> compare(channel, stream, witnesses));
    }

    private void compare(String channel, Stream had, Witnesses witnesses) {
        Stream left = streams.get(channel);
        Set<Long> kept = chain(left == null ? 0 : left.topId);
        Set<Long> gone = chain(had.topId);
        gone.removeAll(kept);
        for (long id : kept) {
            Fork undone = lost.remove(id);
            if (undone != null) {
                undone.isUnknowable = true;
            }
        }
        Set<Integer> knowing =
                left == null
                        ? Set.of()
                        : witnesses.of(channel, new StreamPosition(left.offset, left.epoch));
        if (left == null || (!left.epoch.equals(had.epoch) && knowing.isEmpty())) {
            // An epoch that was given up is back, and nobody who knows of a later one is left.
            forks.getOrDefault(channel, List.of()).forEach(fork -> fork.isUnknowable = true);
        }
        if (left == null || gone.isEmpty()) {
            return;
        }
        Fork fork = new Fork();
        fork.witnesses.addAll(knowing);
        fork.isUnknowable = fork.witnesses.isEmpty();
        forks.computeIfAbsent(channel, c -> new ArrayList<>()).add(fork);
        Fork earlier = openForks.put(channel, fork);
        if (earlier != null) {
            earlier.isUnknowable = true;
        }
        counts.count(fork.isUnknowable ? Branch.FORK_WITHOUT_WITNESS : Branch.FORK);
        gone.forEach(id -> lost.put(id, fork));
    }

    private Set<Long> chain(long topId) {
        Set<Long> chain = new HashSet<>();
        for (long id = topId; id != 0; id = before(id)) {
            assertThat(chain.add(id)).isTrue();
        }
        return chain;
    }

    /** The node follows the channel no more: what it knew, it cannot tell. */
    void forgets(int node, String channel) {
        Fork fork = openForks.get(channel);
        if (fork != null && fork.witnesses.remove(node) && fork.witnesses.isEmpty()) {
            fork.isUnknowable = true;
        }
    }
}
