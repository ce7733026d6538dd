package io.hawser.cli.cluster;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Five nodes through faults at random, some of which last longer than Hazelcast takes to give a
 * member up by itself. {@code hawser.soak.rounds}: how many, 50 by default; {@code
 * hawser.soak.seed}: repeats the order of a run that printed it.
 */
@Tag("soak")
class NodeFaultsSoakIT {
    private static final int NODES = 5;

    private final Random random = new Random(seed());

    private static long seed() {
        long seed = Long.getLong("hawser.soak.seed", System.nanoTime());
        System.out.println("-Dhawser.soak.seed=" + seed);
        return seed;
    }

    @Test
    void theClusterSurvivesFaultsAtRandom(@TempDir Path directory) throws IOException {
        int rounds = Integer.getInteger("hawser.soak.rounds", 50);
        try (var stage = FaultStage.start(NODES, directory)) {
            var scenes = new FaultScenes(stage);
            for (int round = 1; round <= rounds; round++) {
                System.out.println("round " + round + " of " + rounds);
                play(scenes, stage);
            }
        }
    }

    private void play(FaultScenes scenes, FaultStage stage) {
        List<TestNode> nodes = new ArrayList<>(stage.cluster().nodes());
        Collections.shuffle(nodes, random);
        TestNode victim = nodes.getFirst();
        switch (random.nextInt(12)) {
            case 0 -> scenes.split(nodes.subList(0, 2), nodes.subList(2, NODES));
            case 1 -> scenes.split(nodes.subList(0, 1), nodes.subList(1, NODES));
            case 2 -> scenes.restartOfHaproxy();
            case 3 -> scenes.cutOfTheWholeMesh(seconds(4, 8));
            case 4 -> scenes.cutOffInside(victim);
            case 5 -> scenes.cutOff(victim);
            case 6 -> scenes.oneWayCut(victim);
            case 7 -> scenes.oneWayCutBetween(victim, nodes.getLast(), seconds(2, 8));
            case 8 -> scenes.loss(20, seconds(10, 60));
            case 9 -> scenes.hang(victim, seconds(2, 30));
            case 10 -> scenes.kill("kill -9 of " + victim, victim);
            default -> scenes.killWithRedis(victim);
        }
    }

    private Duration seconds(int least, int most) {
        return Duration.ofSeconds(random.nextInt(least, most + 1));
    }
}
