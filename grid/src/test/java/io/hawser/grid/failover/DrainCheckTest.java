package io.hawser.grid.failover;

import static io.hawser.grid.failover.Known.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.NodeInfo;
import io.hawser.grid.cluster.NodeStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Locale;

final class DrainCheckTest {
    private static final NodeId N1 = new NodeId("n1");

    private static String refusal(boolean force, NodeInfo... nodes) {
        String why = DrainCheck.refusal(List.of(nodes), N1, force);
        return why == null ? "" : why;
    }

    @Test
    void oneOfTwoMayGo() {
        assertThat(refusal(false, node("n1", NodeStatus.ACTIVE), node("n2", NodeStatus.ACTIVE)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = NodeStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "ACTIVE")
    void theLastThatTakesClientsMayNotUnlessForced(NodeStatus other) {
        NodeInfo[] nodes = {node("n1", NodeStatus.ACTIVE), node("n2", other)};

        assertThat(refusal(false, nodes)).contains("n1 is the last one");
        assertThat(refusal(true, nodes)).isEmpty();
    }

    @Test
    void oneThatIsDrainedAlreadyMayBeAgain() {
        assertThat(refusal(false, node("n1", NodeStatus.DRAINING))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTING", "LEFT", "OFFLINE", "FENCED"})
    void whereNobodyIsThereIsNobodyToSendAway(NodeStatus status) {
        assertThat(refusal(true, node("n1", status), node("n2", NodeStatus.ACTIVE)))
                .contains("n1 is " + status.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void anUnknownNodeIsNamed() {
        assertThat(refusal(false, node("n2", NodeStatus.ACTIVE))).isEqualTo("node n1 is not known");
    }
}
