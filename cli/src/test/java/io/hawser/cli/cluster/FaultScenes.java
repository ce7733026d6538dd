package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.NetworkHost;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults, each from its beginning until the cluster is well again, with what it must and must not
 * do. For one thread.
 */
final class FaultScenes {
    private static final int FORCE_RECONNECT = 3011;
    private static final int DRAINED = 3001;
    private static final Duration STOPPED = Duration.ofSeconds(40);

    private final FaultStage stage;

    FaultScenes(FaultStage stage) {
        this.stage = stage;
    }

    /** Redis decides which half goes on. */
    void splitInHalves(List<TestNode> some, List<TestNode> others) {
        Fault fault = stage.fault("split " + some.size() + "/" + others.size());
        cut(some, others);
        await("one half is fenced")
                .atMost(Duration.ofSeconds(10))
                .until(() -> isFenced(some) || isFenced(others));
        boolean othersWin = isFenced(some);
        endSplit(fault, othersWin ? some : others, othersWin ? others : some);
    }

    /** The larger part goes on. */
    void split(List<TestNode> fewer, List<TestNode> more) {
        Fault fault = stage.fault("split " + fewer.size() + "/" + more.size());
        cut(fewer, more);
        endSplit(fault, fewer, more);
    }

    private void endSplit(Fault fault, List<TestNode> losers, List<TestNode> winners) {
        fault.awaitGivenUp(losers, winners);
        fault.awaitFenced(losers);
        fault.awaitServed();
        assertThat(fault.closeCodes()).contains(FORCE_RECONNECT);
        stage.heal();
        endReborn(fault, losers);
    }

    private boolean isFenced(List<TestNode> nodes) {
        return nodes.stream().allMatch(node -> stage.sight().health(node).equals("fenced"));
    }

    private void cut(List<TestNode> some, List<TestNode> others) {
        stage.lab().cut(FaultStage.hosts(some), FaultStage.hosts(others));
    }

    /** These were given up, and nobody else noticed anything. */
    private void endReborn(Fault fault, List<TestNode> victims) {
        fault.settle();
        fault.assertOnlyFenced(victims);
        fault.assertOnlyReborn(victims);
    }

    /** HAProxy then gets it by a reload; the clients it has stay where they are. */
    void joinOfANewNode() throws IOException {
        Fault fault = stage.fault("join and reload of HAProxy");
        TestNode joined = stage.join();
        stage.proxy().reload(stage.cluster().nodes());
        fault.settle();
        fault.assertOnlyFenced(List.of());
        assertThat(fault.closeCodes()).isEmpty();
        await("takes clients")
                .atMost(Duration.ofSeconds(20))
                .until(() -> stage.proxyReaches(joined));
    }

    /** All clients come back at once. */
    void restartOfHaproxy() {
        Fault fault = stage.fault("restart of HAProxy");
        stage.proxy().restart();
        fault.awaitServed();
        endReborn(fault, List.of());
    }

    /** Nobody has a majority, and Redis shows it: an alert, no outage. */
    void cutOfTheWholeMesh(Duration duration) {
        Fault fault = stage.fault("cut of the whole mesh");
        for (TestNode node : stage.running()) {
            cut(List.of(node), stage.runningBut(List.of(node)));
        }
        fault.awaitLogged(stage.running(), "no majority of the nodes can be heard");
        fault.last(duration);
        fault.awaitServed();
        stage.heal();
        endReborn(fault, List.of());
    }

    /** It fences itself and sends its clients away, since it hears neither majority nor Redis. */
    void cutOffInside(TestNode node) {
        Fault fault = stage.fault("cut from nodes and Redis");
        stage.lab().cut(List.of(node.host()), inside(node));
        fault.awaitGivenUp(List.of(node));
        fault.awaitFenced(List.of(node));
        fault.awaitServed();
        assertThat(fault.closeCodes()).contains(FORCE_RECONNECT);
        stage.heal();
        endReborn(fault, List.of(node));
    }

    /** Its clients hear nothing more of it; HAProxy closes their connections. */
    void cutOff(TestNode node) {
        Fault fault = stage.fault("network cut of the publisher's node " + node);
        List<NetworkHost> all = new ArrayList<>(inside(node));
        all.add(stage.lab().outside());
        stage.lab().cut(List.of(node.host()), all);
        fault.awaitGivenUp(List.of(node));
        fault.awaitServed();
        stage.heal();
        endReborn(fault, List.of(node));
    }

    private List<NetworkHost> inside(TestNode node) {
        List<NetworkHost> hosts =
                new ArrayList<>(FaultStage.hosts(stage.runningBut(List.of(node))));
        hosts.add(stage.cluster().redis().host());
        return hosts;
    }

    /** It hears the others, who do not hear it: a majority decides. */
    void oneWayCut(TestNode node) {
        Fault fault = stage.fault("one-way cut");
        List<TestNode> others = stage.runningBut(List.of(node));
        stage.lab().cutOneWay(List.of(node.host()), FaultStage.hosts(others));
        fault.awaitGivenUp(List.of(node));
        fault.awaitFenced(List.of(node));
        fault.awaitServed();
        stage.heal();
        endReborn(fault, List.of(node));
    }

    /** One witness is no majority. */
    void oneWayCutBetween(TestNode sender, TestNode receiver, Duration duration) {
        Fault fault = stage.fault("one-way cut between two");
        stage.lab().cutOneWay(List.of(sender.host()), List.of(receiver.host()));
        fault.last(duration);
        stage.heal();
        endReborn(fault, List.of());
    }

    /** Nobody is given up. */
    void loss(int percent, Duration duration) {
        Fault fault = stage.fault(percent + " % loss");
        List<NetworkHost> hosts = new ArrayList<>(FaultStage.hosts(stage.running()));
        hosts.add(stage.cluster().redis().host());
        stage.lab().lose(percent, hosts);
        fault.last(duration);
        stage.heal();
        endReborn(fault, List.of());
    }

    void hang(TestNode node, Duration duration) {
        Fault fault = stage.fault("SIGSTOP for " + duration.toSeconds() + " s");
        node.suspend();
        fault.awaitGivenUp(List.of(node));
        fault.awaitServed();
        fault.last(duration);
        node.resume();
        endReborn(fault, List.of(node));
    }

    void hangWithoutRedis(TestNode node) {
        Fault fault = stage.fault("SIGSTOP while Redis hangs");
        stage.cluster().redis().suspend();
        node.suspend();
        fault.awaitGivenUp(List.of(node));
        stage.cluster().redis().resume();
        node.resume();
        endReborn(fault, List.of(node));
    }

    /** The node is started again. */
    void kill(String name, TestNode node) {
        Fault fault = stage.fault(name);
        node.kill();
        fault.awaitGivenUp(List.of(node));
        fault.awaitServed();
        node.startAgain();
        endReborn(fault, List.of(node));
    }

    /** Redis is killed with the node, and back while the others still deal with it. */
    void killWithRedis(TestNode node) {
        Fault fault = stage.fault("kill -9 of the publisher's node " + node + " and of Redis");
        node.kill();
        stage.cluster().redis().kill();
        fault.awaitGivenUp(List.of(node));
        stage.cluster().redis().restart();
        fault.awaitServed();
        node.startAgain();
        endReborn(fault, List.of(node));
    }

    void killForGood(String name, List<TestNode> nodes) {
        Fault fault = stage.fault(name);
        nodes.forEach(TestNode::kill);
        fault.awaitGivenUp(nodes);
        fault.awaitServed();
        fault.settle();
        fault.assertOnlyFenced(List.of());
    }

    /** It sends its clients away, leaves, and is started again. */
    void terminate(TestNode node) {
        Fault fault = stage.fault("SIGTERM");
        node.terminate();
        fault.awaitGivenUp(List.of(node), stage.runningBut(List.of(node)));
        assertThat(node.awaitExit(STOPPED)).isIn(0, 143);
        fault.awaitServed();
        assertThat(fault.closeCodes()).containsOnly(DRAINED);
        node.startAgain();
        endReborn(fault, List.of(node));
    }
}
