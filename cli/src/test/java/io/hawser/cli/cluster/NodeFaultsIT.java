package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.cli.Ran;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One cluster of four, then five node processes goes through crashes, hangs and cuts, one after the
 * other, while a message is published every ten milliseconds: who is lost is given up in time and
 * comes back in a new life, nobody else is disturbed, and no client misses anything.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeFaultsIT {
    private static final Duration ON_RECORD = Duration.ofSeconds(60);

    private final List<TestNode> lost = new ArrayList<>();
    private FaultStage stage;
    private FaultScenes scenes;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        stage = FaultStage.start(4, directory);
        scenes = new FaultScenes(stage);
    }

    @AfterAll
    void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    @Order(1)
    void ofTwoHalvesOneGoesOn() {
        scenes.splitInHalves(stage.serving(1, 2), stage.serving(3, 4));
    }

    @Test
    @Order(2)
    void aNewNodeJoinsAndHaproxyIsReloaded() throws IOException {
        scenes.joinOfANewNode();
    }

    @Test
    @Order(3)
    void haproxyIsRestarted() {
        scenes.restartOfHaproxy();
    }

    @Test
    @Order(4)
    void ofTwoPartsTheLargerGoesOn() {
        scenes.split(stage.serving(1, 2), stage.serving(3, 4, 5));
    }

    @Test
    @Order(5)
    void withoutAnyMajorityNobodyIsGivenUpWhileRedisIsThere() {
        scenes.cutOfTheWholeMesh(Duration.ofSeconds(4));
    }

    @Test
    @Order(6)
    void aNodeIsCutOffFromNodesAndRedisButNotFromClients() {
        scenes.cutOffInside(stage.busiest());
    }

    @Test
    @Order(7)
    void theNodeOfThePublisherIsCutOffFromAll() {
        scenes.cutOff(stage.publisher().node());
    }

    @Test
    @Order(8)
    void aNodeIsNotHeardByTheOthers() {
        scenes.oneWayCut(stage.busiest());
    }

    @Test
    @Order(9)
    void oneOfTheOthersDoesNotHearANode() {
        scenes.oneWayCutBetween(stage.node(1), stage.node(3), Duration.ofSeconds(3));
    }

    @Test
    @Order(10)
    void aFifthOfThePacketsIsLost() {
        scenes.loss(20, Duration.ofSeconds(8));
    }

    @Test
    @Order(11)
    void aNodeHangsForTenSeconds() {
        scenes.hang(stage.busiest(), Duration.ofSeconds(10));
    }

    @Test
    @Order(12)
    void redisHangsWhileANodeHangs() {
        scenes.hangWithoutRedis(stage.node(2));
    }

    // A node that starts costs two busy cores more than its fault does, so those that were lost
    // start again together.

    @Test
    @Order(13)
    void aMemberIsKilled() {
        lost.addAll(stage.bystanders(1));
        scenes.killForGood("kill -9 of a member", lost);
    }

    @Test
    @Order(14)
    void failoversAreOnRecord() {
        await("told to the witness")
                .atMost(ON_RECORD)
                .untilAsserted(
                        () -> {
                            Ran ran = failovers();
                            assertThat(ran.code()).as(ran.err()).isZero();
                            assertThat(ran.out())
                                    .containsPattern(lost.getFirst().id() + "\\b.* reassigned\\b");
                        });
    }

    private Ran failovers() {
        return Ran.run(
                "failover",
                "list",
                "--url",
                stage.witness().admin("").toString(),
                "--api-key",
                TestCluster.API_KEY);
    }

    @Test
    @Order(15)
    void aNodeIsStoppedUnderLoad() {
        lost.add(stage.busiest());
        scenes.terminate(lost.getLast());
    }

    @Test
    @Order(16)
    void bothAreStartedAgain() {
        startAgain();
    }

    @Test
    @Order(17)
    void twoOfFiveAreKilledAtOnce() {
        lost.addAll(stage.bystanders(2));
        scenes.killForGood("two of five", lost);
    }

    @Test
    @Order(18)
    void theseTwoAreStartedAgain() {
        startAgain();
    }

    private void startAgain() {
        List<TestNode> nodes = List.copyOf(lost);
        lost.clear();
        scenes.startAgain(nodes);
    }

    @Test
    @Order(19)
    void theOldestIsKilled() {
        TestNode oldest = stage.oldest();
        scenes.killForGood("kill -9 of the oldest, " + oldest, List.of(oldest));
        assertThat(stage.oldest()).isNotEqualTo(oldest);
    }

    @Test
    @Order(20)
    void redisIsKilledDuringTheFailoverOfThePublishersNode() {
        scenes.killWithRedisForGood(stage.publisher().node());
    }

    @Test
    @Order(21)
    void theNodeOfThePublisherIsKilledWhichLeavesTwoOfThree() {
        TestNode node = stage.publisher().node();
        scenes.killForGood("kill -9 of the publisher's node " + node, List.of(node));
    }

    @Test
    @Order(22)
    void ofTwoOneIsKilled() {
        lost.add(stage.running().getFirst());
        scenes.killForGood("2 to 1", lost);
    }

    @Test
    @Order(23)
    void theLastOneHasNobodyToGiveClientsTo() {
        TestNode last = stage.witness();
        await("on record")
                .atMost(ON_RECORD)
                .until(
                        () ->
                                stage.cluster()
                                        .admin(last, "/admin/v1/failovers")
                                        .contains("\"node\":\"" + lost.getFirst() + "\""));
        assertThat(stage.running()).isEqualTo(List.of(last));
    }
}
