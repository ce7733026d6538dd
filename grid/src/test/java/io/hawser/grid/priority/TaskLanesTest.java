package io.hawser.grid.priority;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

class TaskLanesTest {
    private static final int STEPS = 100_000;

    private final TaskLanes tasks = new TaskLanes();
    private final List<Integer> ran = new ArrayList<>();

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void whatIsBehindAllOfAnEmptyQueueRunsNext() {
        tasks.addBehindAll(() -> ran.add(1), 1);
        tasks.addBehindAll(() -> ran.add(2), 1);
        tasks.add(() -> ran.add(3), Priority.HIGH, 1);
        tasks.addBehindAll(() -> ran.add(4), 1);
        runAll();
        assertThat(ran).containsExactly(3, 1, 2, 4);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void whatIsOfferedHasABoundAndWhatIsAddedHasNone() {
        var bounded = new TaskLanes(8);
        int low = 0;
        while (bounded.offer(() -> {}, Priority.LOW, 1)) {
            low++;
        }
        assertThat(low).isEqualTo(4);
        for (int i = 0; i < 8; i++) {
            bounded.add(() -> {}, Priority.LOW, 1);
        }
        assertThat(bounded.offer(() -> {}, Priority.HIGH, 1)).isFalse();
        assertThat(bounded.size()).isEqualTo(12);
    }

    /** Tasks are numbered in the order in which they come. */
    @Test
    void lanesKeepTheirOrderAndWhatIsBehindAllIs() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("TaskLanesTest: -Dtest.seed=" + seed);
        var random = new Random(seed);
        Priority[] lanes = Priority.values();
        int[] lastOfLane = new int[lanes.length];
        int[] lastBehind = {0};
        NavigableSet<Integer> waiting = new TreeSet<>();
        for (int step = 1; step <= STEPS; step++) {
            int number = step;
            switch (random.nextInt(8)) {
                case 0 -> {
                    tasks.addBehindAll(
                            () -> {
                                assertThat(waiting.pollFirst()).isEqualTo(number);
                                assertThat(number).isGreaterThan(lastBehind[0]);
                                lastBehind[0] = number;
                                ran.add(number);
                            },
                            1);
                    waiting.add(number);
                }
                case 1, 2, 3 -> {
                    int lane = random.nextInt(lanes.length);
                    tasks.add(
                            () -> {
                                waiting.remove(number);
                                assertThat(number).isGreaterThan(lastOfLane[lane]);
                                lastOfLane[lane] = number;
                                ran.add(number);
                            },
                            lanes[lane],
                            random.nextInt(50));
                    waiting.add(number);
                }
                default -> {
                    Runnable next = tasks.poll();
                    if (next != null) {
                        next.run();
                    }
                }
            }
        }
        runAll();
        assertThat(waiting).isEmpty();
        assertThat(ran).doesNotHaveDuplicates();
    }
}
