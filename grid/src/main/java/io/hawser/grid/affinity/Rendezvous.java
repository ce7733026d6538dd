package io.hawser.grid.affinity;

import io.hawser.grid.cluster.NodeInfo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after Schindelhauer and
 * Schomaker 2005): each key goes to the candidate with the highest score for it. A candidate that
 * goes gives away its own keys only, and one that comes takes its share from all. The same on every
 * machine. Stateless.
 */
public final class Rendezvous {
    /** 2^-53: a hash's upper bits as a fraction of 1. */
    private static final double FRACTION = 0x1.0p-53;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Rendezvous() {}

    /** The key's node by id and weight; null if there is none. */
    public static @Nullable NodeInfo node(String key, Collection<NodeInfo> nodes) {
        return pick(key, nodes, node -> node.id().value(), node -> node.profile().weight());
    }

    /**
     * The key's candidate, whatever their order; null if there is none.
     *
     * @param name tells candidates apart
     * @param weight share of the keys relative to the other candidates; below 1 counts as 1
     */
    public static <C> @Nullable C pick(
            String key, Iterable<C> candidates, Function<C, String> name, ToIntFunction<C> weight) {
        long keyHash = hash(key);
        C best = null;
        double bestScore = 0;
        String bestName = "";
        for (C candidate : candidates) {
            String candidateName = name.apply(candidate);
            double score = score(keyHash, candidateName, Math.max(1, weight.applyAsInt(candidate)));
            boolean wins =
                    best == null
                            || score > bestScore
                            || (score == bestScore && candidateName.compareTo(bestName) < 0);
            if (wins) {
                best = candidate;
                bestScore = score;
                bestName = candidateName;
            }
        }
        return best;
    }

    /** Above 0. StrictMath, since every node must come to the same result. */
    private static double score(long keyHash, String name, int weight) {
        double uniform = ((mixed(keyHash ^ hash(name)) >>> 11) + 0.5) * FRACTION;
        return weight / -StrictMath.log(uniform);
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
}
