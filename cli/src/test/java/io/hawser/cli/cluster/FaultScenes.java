package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.cluster.ClusterSight.Seen;
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
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultStage stage;

    FaultScenes(FaultStage stage) {
        this.stage = stage;
    }

    /** Redis decides which half goes on. */
    void splitInHalves(List<TestNode> some, List<TestNode> others) {
        Trial trial = stage.trial("split " + some.size() + "/" + others.size());
        cut(some, others);
        await("one half is fenced")
                .atMost(PATIENCE)
                .until(() -> isFenced(some) || isFenced(others));
        boolean othersWin = isFenced(some);
        endSplit(trial, othersWin ? some : others, othersWin ? others : some);
    }

    /** The larger part goes on. */
    void split(List<TestNode> fewer, List<TestNode> more) {
        Trial trial = stage.trial("split " + fewer.size() + "/" + more.size());
        cut(fewer, more);
        endSplit(trial, fewer, more);
    }

    private void endSplit(Trial trial, List<TestNode> losers, List<TestNode> winners) {
        trial.awaitGivenUp(losers, winners);
        trial.awaitFenced(losers);
        trial.awaitServed();
        trial.assertSentAway(losers, FORCE_RECONNECT);
        stage.heal();
        endReborn(trial, losers);
    }

    private boolean isFenced(List<TestNode> nodes) {
        return nodes.stream().allMatch(node -> stage.sight().health(node).equals("fenced"));
    }

    private void cut(List<TestNode> some, List<TestNode> others) {
        stage.lab().cut(FaultStage.hosts(some), FaultStage.hosts(others));
    }

    /** These were given up and lost their clients, and no other node noticed anything. */
    private void endReborn(Trial trial, List<TestNode> victims) {
        trial.settle();
        trial.assertClosed(victims);
        trial.assertOnlyFenced(victims);
        trial.assertOnlyReborn(victims);
    }

    /** HAProxy then gets it by a reload; the clients it has stay where they are. */
    void joinOfANewNode() throws IOException {
        Trial trial = stage.trial("join and reload of HAProxy");
        TestNode joined = stage.join();
        stage.proxy().reload(stage.cluster().nodes());
        trial.settle();
        trial.assertOnlyFenced(List.of());
        trial.assertNobodyDisconnected();
        await("takes clients").atMost(PATIENCE).until(() -> stage.proxyReaches(joined));
    }

    /** All clients come back at once. */
    void restartOfHaproxy() {
        Trial trial = stage.trial("restart of HAProxy");
        stage.proxy().restart();
        trial.awaitServed();
        trial.assertClosed(stage.running());
        endReborn(trial, List.of());
    }

    /** Nobody has a majority, and Redis shows it: an alert, no outage. */
    void cutOfTheWholeMesh(Duration duration) {
        Trial trial = stage.trial("cut of the whole mesh");
        // All at once: who is cut off first is given up by those who still hear each other.
        stage.lab().lose(100, FaultStage.hosts(stage.running()));
        trial.awaitLogged(stage.running(), "no majority of the nodes can be heard");
        for (TestNode node : stage.running()) {
            assertThat(stage.cluster().admin(node, "/metrics")).contains("hawser_majority 0.0");
        }
        // There is no coordinator that could send it.
        await("each node's alert reached the webhook")
                .atMost(PATIENCE)
                .until(() -> stage.running().stream().allMatch(this::hasAlerted));
        trial.last(duration);
        trial.awaitServed();
        stage.heal();
        endReborn(trial, List.of());
    }

    private boolean hasAlerted(TestNode node) {
        String by = "\"by\":\"" + node + "\"";
        return stage.alerts().got(by, "no_quorum", "\"firing\":true");
    }

    /** It fences itself and sends its clients away, since it hears neither majority nor Redis. */
    void cutOffInside(TestNode node) {
        Trial trial = stage.trial("cut from nodes and Redis");
        stage.lab().cut(List.of(node.host()), inside(node));
        trial.awaitGivenUp(List.of(node));
        trial.awaitFenced(List.of(node));
        trial.awaitServed();
        trial.assertSentAway(List.of(node), FORCE_RECONNECT);
        stage.heal();
        endReborn(trial, List.of(node));
    }

    /** Its clients hear nothing more of it; HAProxy closes their connections. */
    void cutOff(TestNode node) {
        Trial trial = stage.trial("network cut of the publisher's node " + node);
        List<NetworkHost> all = new ArrayList<>(inside(node));
        all.add(stage.lab().outside());
        stage.lab().cut(List.of(node.host()), all);
        trial.awaitGivenUp(List.of(node));
        trial.awaitServed();
        stage.heal();
        endReborn(trial, List.of(node));
    }

    private List<NetworkHost> inside(TestNode node) {
        List<NetworkHost> hosts =
                new ArrayList<>(FaultStage.hosts(stage.runningBut(List.of(node))));
        hosts.add(stage.cluster().redis().host());
        return hosts;
    }

    /** It hears the others, who do not hear it: a majority decides. */
    void oneWayCut(TestNode node) {
        Trial trial = stage.trial("one-way cut");
        List<TestNode> others = stage.runningBut(List.of(node));
        stage.lab().cutOneWay(List.of(node.host()), FaultStage.hosts(others));
        trial.awaitGivenUp(List.of(node));
        trial.awaitFenced(List.of(node));
        trial.awaitServed();
        stage.heal();
        endReborn(trial, List.of(node));
    }

    /** One witness is no majority. */
    void oneWayCutBetween(TestNode sender, TestNode receiver, Duration duration) {
        Trial trial = stage.trial("one-way cut between two");
        stage.lab().cutOneWay(List.of(sender.host()), List.of(receiver.host()));
        trial.last(duration);
        stage.heal();
        endReborn(trial, List.of());
    }

    /** Nobody is given up. */
    void loss(int percent, Duration duration) {
        Trial trial = stage.trial(percent + " % loss");
        List<NetworkHost> hosts = new ArrayList<>(FaultStage.hosts(stage.running()));
        hosts.add(stage.cluster().redis().host());
        stage.lab().lose(percent, hosts);
        trial.last(duration);
        stage.heal();
        endReborn(trial, List.of());
    }

    void hang(TestNode node, Duration duration) {
        Trial trial = stage.trial("SIGSTOP for " + duration.toSeconds() + " s");
        node.suspend();
        trial.awaitGivenUp(List.of(node));
        trial.awaitServed();
        trial.last(duration);
        node.resume();
        endReborn(trial, List.of(node));
    }

    void hangWithoutRedis(TestNode node) {
        Trial trial = stage.trial("SIGSTOP while Redis hangs");
        stage.cluster().redis().suspend();
        node.suspend();
        trial.awaitGivenUp(List.of(node));
        stage.cluster().redis().resume();
        node.resume();
        endReborn(trial, List.of(node));
    }

    /** The node is started again. */
    void kill(String name, TestNode node) {
        Trial trial = stage.trial(name);
        node.kill();
        trial.awaitGivenUp(List.of(node));
        trial.awaitServed();
        node.startAgain();
        endReborn(trial, List.of(node));
    }

    /**
     * Redis is killed with the node, and back while the others still deal with it; the node is
     * started again.
     */
    void killWithRedis(TestNode node) {
        Trial trial = trialWithoutNodeAndRedis(node);
        node.startAgain();
        endReborn(trial, List.of(node));
    }

    /** The same, and the node stays away. */
    void killWithRedisForGood(TestNode node) {
        Trial trial = trialWithoutNodeAndRedis(node);
        trial.settle();
        trial.assertClosed(List.of(node));
        trial.assertOnlyFenced(List.of());
    }

    private Trial trialWithoutNodeAndRedis(TestNode node) {
        Trial trial = stage.trial("kill -9 of the publisher's node " + node + " and of Redis");
        node.kill();
        stage.cluster().redis().kill();
        trial.awaitGivenUp(List.of(node));
        stage.cluster().redis().restart();
        trial.awaitServed();
        return trial;
    }

    /** Those that were killed or have left are started again, all at once; clients stay. */
    void startAgain(List<TestNode> nodes) {
        Trial trial = stage.trial("start of " + nodes);
        nodes.forEach(TestNode::startAgain);
        trial.settle();
        trial.assertOnlyFenced(nodes);
        trial.assertOnlyReborn(List.of());
        trial.assertNobodyDisconnected();
        for (TestNode node : nodes) {
            await(node + " is there in a new life")
                    .atMost(PATIENCE)
                    .until(() -> incarnation(node) > 1);
        }
    }

    /** Its life as the witness sees it, 0 if it does not. */
    private long incarnation(TestNode node) {
        Seen seen = stage.sight().present(stage.witness()).get(node.id());
        return seen == null ? 0 : seen.incarnation();
    }

    /** These stay away. */
    void killForGood(String name, List<TestNode> nodes) {
        Trial trial = stage.trial(name);
        nodes.forEach(TestNode::kill);
        trial.awaitGivenUp(nodes);
        trial.awaitServed();
        trial.settle();
        trial.assertClosed(nodes);
        trial.assertOnlyFenced(List.of());
    }

    /** It sends its clients away, leaves, and stays away. */
    void terminate(TestNode node) {
        Trial trial = stage.trial("SIGTERM");
        node.terminate();
        trial.awaitGivenUp(List.of(node), stage.runningBut(List.of(node)));
        assertThat(node.awaitExit(STOPPED)).isIn(0, 143);
        trial.awaitServed();
        trial.assertSentAway(List.of(node), DRAINED);
        trial.settle();
        trial.assertOnlyFenced(List.of());
    }
}
