package io.hawser.grid.heartbeat;

/** What the {@link FailureDetector} has found. Immutable. */
public sealed interface Verdict {
    /** This node does not hear a node any more, though others still may. */
    record Suspected(Life node) implements Verdict {}

    /** A suspected node is heard again. */
    record Cleared(Life node) implements Verdict {}

    /** A majority does not hear a node: its life is over, whatever it does. */
    record Evicted(Life node) implements Verdict {}

    /** The grid has lost a node that was heard a moment ago: it is to be asked for an answer. */
    record Probe(Life node) implements Verdict {}

    /** This node must not serve. */
    record Fenced(FenceReason reason) implements Verdict {}

    /** This node may serve again. */
    record Unfenced() implements Verdict {}

    /**
     * No side has a majority, or it is not known that one has: nobody is evicted, this node goes
     * on.
     *
     * @param lasts false when it is over
     */
    record NoQuorum(boolean lasts) implements Verdict {}

    /**
     * Half of the nodes are silent: the store decides which half goes on.
     *
     * @param generation names the nodes that were expected before; one half of them is granted it
     */
    record Claim(String generation, Division division) implements Verdict {}
}
