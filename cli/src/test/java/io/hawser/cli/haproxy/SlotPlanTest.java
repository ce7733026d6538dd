package io.hawser.cli.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

final class SlotPlanTest {
    private static final List<ProxyServer> FIXED = List.of(server("n1", 8001, true, false));
    private static final ClusterNode N1 = node("n1", 8001, true);
    private static final ClusterNode N4 = node("n4", 8004, true);
    private static final ClusterNode N5 = node("n5", 8005, true);

    private static ClusterNode node(String id, int port, boolean takesClients) {
        return new ClusterNode(id, "10.0.0.1", port, port + 1000, takesClients);
    }

    private static ProxyServer server(String name, int port, boolean running, boolean maint) {
        return new ProxyServer(name, "10.0.0.1", port, port + 1000, port + 1000, running, maint);
    }

    private static Slot free(int number) {
        return new Slot(number, server("spare" + number, 1, false, true), true, List.of("none"));
    }

    private static Slot taken(int number, ClusterNode node, boolean running) {
        ProxyServer server = server("spare" + number, node.port(), running, false);
        return new Slot(number, server, true, List.of(node.id()));
    }

    @Test
    void aNodeThatTheFileNamesNeedsNoSlot() {
        assertThat(SlotPlan.of(FIXED, List.of(free(1)), List.of(N1))).isEmpty();
    }

    @Test
    void newNodesTakeFreeSlotsAndThenThereIsNoRoom() {
        Slot first = free(1);
        assertThat(SlotPlan.of(FIXED, List.of(first), List.of(N1, N4, N5)))
                .containsExactly(new SlotChange.Fill(first, N4), new SlotChange.NoRoom(N5));
    }

    @Test
    void whatIsInStepStaysAlsoWhileItIsDrained() {
        var drained = node("n4", 8004, false);
        assertThat(SlotPlan.of(FIXED, List.of(taken(1, N4, true)), List.of(N1, N4))).isEmpty();
        assertThat(SlotPlan.of(FIXED, List.of(taken(1, N4, false)), List.of(N1, drained)))
                .isEmpty();
        assertThat(SlotPlan.of(FIXED, List.of(free(1)), List.of(drained))).isEmpty();
    }

    @Test
    void aNodeThatIsGoneLeavesItsSlotUnlessHaproxyStillReachesIt() {
        Slot dead = taken(1, N4, false);
        assertThat(SlotPlan.of(FIXED, List.of(dead), List.of(N1)))
                .containsExactly(new SlotChange.Empty(dead));
        assertThat(SlotPlan.of(FIXED, List.of(taken(1, N4, true)), List.of(N1))).isEmpty();
    }

    @Test
    void anotherNodeAtTheSamePlaceTakesOverTheSlot() {
        Slot slot = taken(1, N4, true);
        var renamed = node("n7", 8004, true);
        assertThat(SlotPlan.of(FIXED, List.of(slot), List.of(renamed)))
                .containsExactly(new SlotChange.Fill(slot, renamed));
    }

    @Test
    void aSecondSlotForOneNodeIsEmptied() {
        Slot second = taken(2, N4, true);
        assertThat(SlotPlan.of(FIXED, List.of(taken(1, N4, true), second), List.of(N4)))
                .containsExactly(new SlotChange.Empty(second));
    }

    @Test
    void withoutAListOfHintsNoneIsMissed() {
        var plain = new Slot(1, server("spare1", 8004, true, false), false, List.of());
        assertThat(SlotPlan.of(FIXED, List.of(plain), List.of(N4))).isEmpty();
    }

    @Test
    void aSlotThatIsCheckedElsewhereIsFilledAnew() {
        var elsewhere = new ProxyServer("spare1", "10.0.0.1", 8004, 9999, 9004, false, false);
        Slot slot = new Slot(1, elsewhere, true, List.of("n4"));
        assertThat(SlotPlan.of(FIXED, List.of(slot), List.of(N4)))
                .containsExactly(new SlotChange.Fill(slot, N4));
    }

    @Test
    void whoHasNoAgentPortGetsNoSlotThatIsCheckedThere() {
        var mute = new ClusterNode("n4", "10.0.0.1", 8004, 0, true);
        Slot checked = free(1);
        var unchecked = new ProxyServer("spare2", "10.0.0.1", 1, 0, 0, false, true);
        Slot plain = new Slot(2, unchecked, true, List.of("none"));
        assertThat(SlotPlan.of(FIXED, List.of(checked), List.of(mute, N5)))
                .containsExactly(new SlotChange.NoAgent(mute), new SlotChange.Fill(checked, N5));
        assertThat(SlotPlan.of(FIXED, List.of(checked, plain), List.of(mute)))
                .as("checked at the port of clients")
                .containsExactly(new SlotChange.Fill(plain, mute));
        assertThat(SlotPlan.of(FIXED, List.of(), List.of(mute)))
                .containsExactly(new SlotChange.NoRoom(mute));
    }

    @Test
    void whoIsBackWithoutItsAgentPortLosesItsSlot() {
        var mute = new ClusterNode("n4", "10.0.0.1", 8004, 0, true);
        Slot slot = taken(1, N4, false);
        assertThat(SlotPlan.of(FIXED, List.of(slot), List.of(mute)))
                .as("it is free in the next round, and then this is told")
                .containsExactly(new SlotChange.Empty(slot), new SlotChange.NoRoom(mute));
    }

    @Test
    void readsWhatHaproxySays() {
        String state =
                """
                1
                # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_port srv_check_port srv_agent_port
                3 nodes 1 n1 127.0.0.1 2 0 28001 29101 29101
                3 nodes 5 spare2 127.0.0.1 0 5 1 1 1
                3 nodes 6 spare3 127.0.0.1 1 4 28004 0 29104

                """;
        assertThat(ProxyServer.parse(state))
                .containsExactly(
                        new ProxyServer("n1", "127.0.0.1", 28001, 29101, 29101, true, false),
                        new ProxyServer("spare2", "127.0.0.1", 1, 1, 1, false, true),
                        new ProxyServer("spare3", "127.0.0.1", 28004, 0, 29104, false, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.parse("Can't find backend."))
                .withMessage("Can't find backend.");
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyServer.parse(""));
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyServer.parse("# a b\n1 2\n"));
    }
}
