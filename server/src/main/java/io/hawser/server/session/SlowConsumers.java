package io.hawser.server.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * This node's clients that do not keep up. Immutable.
 *
 * @param clients those for whom most waits first
 * @param threadsMissing I/O threads that did not answer in time: their clients are not here
 */
public record SlowConsumers(List<SlowConsumer> clients, int threadsMissing) {

    /**
     * The largest of what has been answered.
     *
     * @param answers done, well or not
     */
    public static SlowConsumers of(
            Collection<CompletableFuture<List<SlowConsumer>>> answers, int limit) {
        List<List<SlowConsumer>> given =
                answers.stream()
                        .filter(answer -> !answer.isCompletedExceptionally())
                        .map(CompletableFuture::join)
                        .toList();
        return new SlowConsumers(
                given.stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingLong(SlowConsumer::bytes).reversed())
                        .limit(limit)
                        .toList(),
                answers.size() - given.size());
    }
}
