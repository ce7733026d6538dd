package io.hawser.grid.balance;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * By rendezvous hashing of the client's address over the nodes: every node of the cluster gives the
 * same answer, and a node that comes or goes moves only the clients that it gets or had. Who has no
 * address is known by the user, and who has neither gets any node.
 */
final class IpHash implements BalancingAlgorithm {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        String key = newcomer.address().isEmpty() ? newcomer.user() : newcomer.address();
        long seed = key.isEmpty() ? random.nextLong() : fnv(FNV_OFFSET, key);
        return candidates.stream()
                .sorted(
                        Comparator.comparingLong((Candidate each) -> rank(seed, each))
                                .thenComparing(Candidate.BY_ID))
                .toList();
    }

    @Override
    public String reason(Candidate first) {
        return "by the hash of the client's address";
    }

    private static long rank(long seed, Candidate candidate) {
        return mixed(fnv(seed, candidate.id().value()));
    }

    /** FNV-1a over characters, which are ASCII here but for users. */
    private static long fnv(long hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /**
     * The last steps of splitmix64: FNV alone hardly changes its upper bits with the last digit.
     */
    private static long mixed(long hash) {
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
