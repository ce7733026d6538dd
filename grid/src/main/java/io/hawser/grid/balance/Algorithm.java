package io.hawser.grid.balance;

import io.hawser.grid.cluster.NodeInfo;

import java.util.List;
import java.util.random.RandomGenerator;

/** The algorithms there are, by the names that the configuration has for them. */
public enum Algorithm implements BalancingAlgorithm {
    /** Each node in turn. */
    ROUND_ROBIN,
    /** The node with the fewest connections. */
    LEAST_CONNECTIONS,
    /** At random, each node as often as its weight says. */
    WEIGHTED,
    /** Always the same node for the same client address. */
    IP_HASH,
    /** Any node. */
    RANDOM,
    /** Two at random, and of them the one that is less full. */
    TWO_CHOICES,
    /** The node with the best {@link Score}. */
    ADAPTIVE;

    private BalancingAlgorithm algorithm() {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_CONNECTIONS -> new LeastConnections();
            case WEIGHTED -> new Weighted();
            case IP_HASH -> new IpHash();
            case RANDOM -> new Randomly();
            case TWO_CHOICES -> new TwoChoices();
            case ADAPTIVE -> new Adaptive();
        };
    }

    @Override
    public List<Candidate> order(
            List<Candidate> candidates, Newcomer newcomer, RandomGenerator random) {
        return algorithm().order(candidates, newcomer, random);
    }

    @Override
    public String reason(Candidate first) {
        return algorithm().reason(first);
    }

    /**
     * What part of all connections a node should carry, relative to other nodes: by its weight if
     * that is what clients are given out by, else by how many it can take.
     */
    public long shareOf(NodeInfo node) {
        int share = this == WEIGHTED ? node.profile().weight() : node.load().maxConnections();
        return Math.max(0, share);
    }
}
