package io.hawser.grid.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The lists of servers that a grid has had, newest first, each with its number. Each server keeps
 * them, so that one that comes back to the list, or a channel that comes back to a server, is known
 * to have been away. Pure, immutable.
 *
 * @param lists with falling numbers
 */
record ShardLists(List<Numbered> lists) {
    static final ShardLists NONE = new ShardLists(List.of());

    /** Lists remembered. What is older counts as another list. */
    private static final int MOST = 8;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /**
     * One list.
     *
     * @param number above those before
     * @param servers their identities
     */
    record Numbered(long number, SortedSet<String> servers) {}

    ShardLists {
        lists = List.copyOf(lists.subList(0, Math.min(MOST, lists.size())));
    }

    /** The number of the newest; 0 if there is none. */
    long number() {
        return lists.isEmpty() ? 0 : lists.getFirst().number();
    }

    /**
     * What all servers should have, if these have this and the configuration says that.
     *
     * @param found what the reachable servers have
     * @param configured the list of now
     */
    static ShardLists agreed(Collection<ShardLists> found, Collection<String> configured) {
        SortedSet<String> servers = new TreeSet<>(configured);
        ShardLists newest =
                found.stream()
                        .max(
                                Comparator.comparingLong(ShardLists::number)
                                        .thenComparing(ShardLists::text))
                        .orElse(NONE);
        boolean contested =
                found.stream()
                        .anyMatch(
                                other ->
                                        other.number() == newest.number() && !other.equals(newest));
        boolean same = !newest.lists.isEmpty() && newest.lists.getFirst().servers().equals(servers);
        if (same && !contested) {
            return newest;
        }
        List<Numbered> lists = new ArrayList<>();
        lists.add(new Numbered(newest.number() + 1, servers));
        lists.addAll(newest.lists);
        return new ShardLists(lists);
    }

    /** Whose the tag is in the newest list. */
    String serverOf(String tag) {
        return pick(tag, lists.getFirst().servers());
    }

    /** For how long it has been that one's without a break. */
    Tenure tenure(String tag) {
        long since = number();
        if (lists.size() > 1) {
            String server = serverOf(tag);
            for (Numbered list : lists) {
                if (!Objects.equals(pick(tag, list.servers()), server)) {
                    break;
                }
                since = list.number();
            }
        }
        return new Tenure(since, number());
    }

    /** Rendezvous hashing (Thaler and Ravishankar 1998): each server's score for the tag. */
    static String pick(String tag, Collection<String> servers) {
        long tagHash = hash(tag);
        String best = "";
        long bestScore = 0;
        for (String server : servers) {
            long score = mixed(tagHash ^ hash(server));
            if (best.isEmpty() || Long.compareUnsigned(score, bestScore) > 0) {
                best = server;
                bestScore = score;
            }
        }
        return best;
    }

    /** FNV-1a over the characters, then mixed. */
    private static long hash(String text) {
        long hash = FNV_BASIS;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mixed(long value) {
        long once = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ (once >>> 27)) * 0x94d049bb133111ebL;
        return twice ^ (twice >>> 31);
    }

    /** A line for each: the number, then the servers, with blanks between. */
    String text() {
        return lists.stream()
                .map(list -> list.number() + " " + String.join(" ", list.servers()))
                .collect(Collectors.joining("\n"));
    }

    /** Reads what {@link #text} writes; what is no such line ends it. */
    static ShardLists parse(String text) {
        List<Numbered> lists = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = List.of(line.split(" ", -1));
            if (!words.getFirst().matches("\\d{1,18}") || words.size() < 2) {
                break;
            }
            lists.add(
                    new Numbered(
                            Long.parseLong(words.getFirst()),
                            new TreeSet<>(words.subList(1, words.size()))));
        }
        return new ShardLists(lists);
    }
}
