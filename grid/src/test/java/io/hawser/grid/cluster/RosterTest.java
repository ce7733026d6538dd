package io.hawser.grid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.ClusterEvent.Merged;
import io.hawser.grid.cluster.ClusterEvent.NodeChanged;
import io.hawser.grid.cluster.ClusterEvent.NodeJoined;
import io.hawser.grid.cluster.ClusterEvent.NodeLeft;
import io.hawser.grid.cluster.ClusterEvent.NodeLost;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class RosterTest {
    private static final List<NodeStatus> STATUSES = List.of(NodeStatus.values());

    private final List<String> events = new ArrayList<>();
    private final Roster roster = new Roster(event -> events.add(describe(event)));

    @Test
    void aLifeThatWasGivenUpDoesNotComeBack() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.evicted(new NodeId("a"), 1);
        roster.memberAdded("m1");
        roster.written(Nodes.node("a", "m2", 1));
        assertThat(status("a")).isEqualTo(NodeStatus.OFFLINE);
        roster.written(Nodes.node("a", "m2", 2));
        assertThat(status("a")).isEqualTo(NodeStatus.ACTIVE);
        assertThat(events).containsExactly("joined a1", "lost a1", "joined a2");
    }

    @Test
    void aSuspectIsShownAsOneUntilItIsHeardAgain() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.suspected(new NodeId("a"), 1, true);
        roster.written(Nodes.node("a", "m1", 1));
        assertThat(status("a")).isEqualTo(NodeStatus.SUSPECT);
        roster.suspected(new NodeId("a"), 1, false);
        assertThat(status("a")).isEqualTo(NodeStatus.ACTIVE);
        assertThat(events).containsExactly("joined a1", "changed a1 SUSPECT", "changed a1 ACTIVE");
    }

    @Test
    void aNodeJoinsChangesAndLeaves() {
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.STARTING));
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.STARTING));
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.ACTIVE));
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.LEFT));
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1", "changed a1 ACTIVE", "left a1");
        assertThat(status("a")).isEqualTo(NodeStatus.LEFT);
    }

    @Test
    void aMemberWithoutGoodbyeIsALoss() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.memberRemoved("m1");
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1", "lost a1");
        assertThat(status("a")).isEqualTo(NodeStatus.OFFLINE);
    }

    @Test
    void aLateHeartbeatDoesNotReviveTheDead() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.memberRemoved("m1");
        roster.written(Nodes.node("a", "m1", 1));
        assertThat(events).containsExactly("joined a1", "lost a1");
    }

    @Test
    void anEntryOfAMemberThatIsGoneIsNoArrival() {
        roster.memberRemoved("m1");
        roster.written(Nodes.node("a", "m1", 1));
        assertThat(events).isEmpty();
        assertThat(status("a")).isEqualTo(NodeStatus.OFFLINE);
    }

    @Test
    void aGoodbyeHoldsWhateverArrivesLate() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.saidGoodbye(new NodeId("a"), 1);
        roster.written(Nodes.node("a", "m1", 1));
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1", "left a1");
    }

    @Test
    void aGoodbyeOfAnEarlierLifeMeansNothing() {
        roster.written(Nodes.node("a", "m2", 2));
        roster.saidGoodbye(new NodeId("a"), 1);
        assertThat(events).containsExactly("joined a2");
    }

    @Test
    void aNewLifeEndsTheOneBefore() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.written(Nodes.node("a", "m2", 2));
        roster.written(Nodes.node("a", "m1", 1));
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1", "lost a1", "joined a2");
    }

    @Test
    void aNodeIsBackAfterASplit() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.memberRemoved("m1");
        roster.memberAdded("m1");
        roster.written(Nodes.node("a", "m1", 1));
        assertThat(events).containsExactly("joined a1", "lost a1", "joined a1");
    }

    @Test
    void aMergedNodeKeepsItsLifeUnderAnotherMember() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.written(Nodes.node("a", "m2", 1));
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1");
        roster.memberRemoved("m2");
        assertThat(events).containsExactly("joined a1", "lost a1");
    }

    @Test
    void fencingIsAChangeAndLosingTheFencedALoss() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.FENCED));
        roster.memberRemoved("m1");
        assertThat(events).containsExactly("joined a1", "changed a1 FENCED", "lost a1");
    }

    @Test
    void aMemberMissingTwiceIsGone() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.members(Set.of("m9"));
        assertThat(events).containsExactly("joined a1");
        roster.members(Set.of("m9"));
        assertThat(events).containsExactly("joined a1", "lost a1");
    }

    @Test
    void aMemberMissingOnceMayHaveBeenNew() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.members(Set.of("m9"));
        roster.members(Set.of("m9", "m1"));
        roster.members(Set.of("m9"));
        assertThat(events).containsExactly("joined a1");
    }

    @Test
    void whatIsStoredDoesNotOverwriteWhatIsHeard() {
        roster.written(Nodes.node("a", "m1", 1, NodeStatus.DRAINING));
        roster.stored(List.of(Nodes.node("a", "m1", 1), Nodes.node("b", "m2", 4)));
        assertThat(status("a")).isEqualTo(NodeStatus.DRAINING);
        assertThat(events).containsExactly("joined a1", "joined b4");
    }

    @Test
    void onlyTheDepartedAreForgotten() {
        roster.written(Nodes.node("a", "m1", 1));
        roster.written(Nodes.node("b", "m2", 1));
        roster.memberRemoved("m2");
        assertThat(roster.departed(Set.of("m1")))
                .extracting(NodeInfo::id)
                .containsExactly(new NodeId("b"));
        roster.forgotten(new NodeId("a"));
        roster.forgotten(new NodeId("b"));
        assertThat(roster.nodes()).extracting(NodeInfo::id).containsExactly(new NodeId("a"));
    }

    /** Whatever comes in whatever order, joins and ends of a node's lives alternate. */
    @Test
    void joinsAndEndsAlternateInAnyOrderOfNews() {
        long seed = System.nanoTime();
        System.out.println("RosterTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100_000; round++) {
            // By the round, not by the events: a life that starts with a goodbye brings none.
            step(random, 2 + round / 1_000);
        }
        Map<String, String> last = new HashMap<>();
        for (String event : events) {
            String[] words = event.split(" ", 3);
            if (!words[0].equals("changed")) {
                String before = last.put(words[1].substring(0, 1), words[0]);
                assertThat(words[0].equals("joined"))
                        .as("%s after %s", event, before)
                        .isEqualTo(before == null || !before.equals("joined"));
            }
        }
        assertThat(events).anyMatch(e -> e.startsWith("joined"));
        assertThat(events).anyMatch(e -> e.startsWith("left"));
        assertThat(events).anyMatch(e -> e.startsWith("lost"));
    }

    private void step(Random random, int incarnation) {
        String id = random.nextBoolean() ? "a" : "b";
        String member = "m" + id + (incarnation - random.nextInt(2));
        NodeStatus status = STATUSES.get(random.nextInt(STATUSES.size()));
        switch (random.nextInt(5)) {
            case 0 -> roster.memberRemoved(member);
            case 1 -> roster.memberAdded(member);
            case 2 -> roster.saidGoodbye(new NodeId(id), incarnation);
            case 3 -> roster.members(Set.of(member));
            default ->
                    roster.written(Nodes.node(id, member, incarnation - random.nextInt(2), status));
        }
    }

    private NodeStatus status(String id) {
        NodeInfo node = roster.node(new NodeId(id));
        assertThat(node).isNotNull();
        return node.status();
    }

    private static String describe(ClusterEvent event) {
        return switch (event) {
            case NodeJoined joined -> "joined " + life(joined.node());
            case NodeChanged changed ->
                    "changed " + life(changed.node()) + " " + changed.node().status();
            case NodeLeft left -> "left " + life(left.node());
            case NodeLost lost -> "lost " + life(lost.node());
            case Merged _ -> "merged";
            case ClusterEvent.Fenced _, ClusterEvent.Unfenced _, ClusterEvent.NoQuorum _ ->
                    "of the node itself";
        };
    }

    private static String life(NodeInfo node) {
        return node.id().value() + node.incarnation();
    }
}
