package io.hawser.grid.heartbeat;

/** What the {@link FailureDetector} has found. Immutable. */
public sealed interface Verdict {
    /** This node does not hear a node any more, though others still may. */
    record Suspected(Life node) implements Verdict {}

    /** A suspected node is heard again. */
    record Cleared(Life node) implements Verdict {}

    /** A majority does not hear a node: its life is over, whatever it does. */
    record Evicted(Life node) implements Verdict {}

    /** A node has said goodbye over the mesh, as the last it did. */
    record Departed(Life node) implements Verdict {}

    /** There is one sign that a node heard a moment ago is gone: ask it for an answer, at once. */
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
