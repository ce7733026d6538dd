package io.hawser.grid.event;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.scaling.ScalingDecision;

import java.util.List;

/** What a {@link GridEvent} is about. Each is immutable. */
public sealed interface Happening {
    /** Its name in JSON; what stands before the dot groups kinds. */
    String type();

    /** A turn in the life of a node: seen by all nodes, told by the coordinator. */
    sealed interface OfNode extends Happening {
        NodeId node();

        /** Which life of the node. */
        long incarnation();
    }

    /** A node is there: it started, or is back after a split. */
    record NodeJoined(NodeId node, long incarnation) implements OfNode {
        @Override
        public String type() {
            return "node.joined";
        }
    }

    /** A node said goodbye. */
    record NodeLeft(NodeId node, long incarnation) implements OfNode {
        @Override
        public String type() {
            return "node.left";
        }
    }

    /** The coordinator does not hear a node; it is not given up yet. */
    record NodeSuspect(NodeId node, long incarnation) implements OfNode {
        @Override
        public String type() {
            return "node.suspect";
        }
    }

    /** A suspected node is heard again. */
    record NodeHeard(NodeId node, long incarnation) implements OfNode {
        @Override
        public String type() {
            return "node.heard";
        }
    }

    /**
     * A node was given up: crashed, hung, cut off, or replaced by a newer life of it.
     *
     * @param connections that it had, as last heard
     */
    record NodeFailed(NodeId node, long incarnation, int connections) implements OfNode {
        @Override
        public String type() {
            return "node.failed";
        }
    }

    /**
     * The clients of a lost node were given to others, or could not be.
     *
     * @param connections that it had, as last heard
     * @param unplaced connections for which there was no room
     * @param moved affinity entries that were given to others
     * @param tookMs from the loss to the last entry, milliseconds
     */
    record FailoverDone(
            NodeId node,
            long incarnation,
            FailoverRecord.Outcome outcome,
            int connections,
            int unplaced,
            int moved,
            long tookMs)
            implements Happening {
        public static FailoverDone of(FailoverRecord record) {
            return new FailoverDone(
                    record.node(),
                    record.incarnation(),
                    record.outcome(),
                    record.connections(),
                    record.unplaced(),
                    record.moved(),
                    record.tookMs());
        }

        @Override
        public String type() {
            return "failover.done";
        }
    }

    /**
     * The node that tells it sends its clients away, has told them all, or takes clients again.
     *
     * @param connections that it has at that moment
     */
    record Drain(DrainStage stage, int connections) implements Happening {
        @Override
        public String type() {
            return "node.drain";
        }
    }

    /** How far a drain is. */
    enum DrainStage {
        /** No new clients; those that are there are told one after the other. */
        BEGUN,
        /** Everybody was told to go. */
        TOLD,
        /** The node takes clients again. */
        UNDONE
    }

    /**
     * The cluster shall have more or fewer nodes.
     *
     * @param number its place among all decisions of the cluster
     * @param dryRun true if no command is run for it
     * @param reason for people
     * @param nodes which ones to start or stop; may be empty
     */
    record ScalingDecided(
            long number,
            boolean dryRun,
            ScalingDecision.Direction direction,
            ScalingDecision.Trigger trigger,
            String reason,
            int fromNodes,
            int toNodes,
            List<String> nodes)
            implements Happening {
        public ScalingDecided {
            nodes = List.copyOf(nodes);
        }

        public static ScalingDecided of(ScalingDecision decision) {
            return new ScalingDecided(
                    decision.number(),
                    decision.dryRun(),
                    decision.direction(),
                    decision.trigger(),
                    decision.reason(),
                    decision.fromNodes(),
                    decision.toNodes(),
                    decision.nodes());
        }

        @Override
        public String type() {
            return "scaling.decided";
        }
    }

    /**
     * Something is wrong at the node that tells it, or is well again.
     *
     * @param name what, the same at its beginning and its end
     * @param firing false at its end
     * @param text for people
     */
    record Alert(String name, boolean firing, String text) implements Happening {
        private static final int MAX_TEXT = 1_000;

        public Alert {
            text = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        }

        @Override
        public String type() {
            return "alert";
        }
    }

    /**
     * The node that tells it has started with this configuration.
     *
     * @param version of the program
     * @param fingerprint of all that nodes of a cluster should have in common: the same on nodes
     *     that are configured alike
     */
    record ConfigLoaded(String version, String fingerprint) implements Happening {
        @Override
        public String type() {
            return "config.loaded";
        }
    }
}
