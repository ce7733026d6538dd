package io.hawser.grid.presence;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the grid's maps, but not for ever. */
final class GridWait {
    private GridWait() {}

    /**
     * Blocks until the stage is done.
     *
     * @throws PresenceException if it fails, or is not done after the timeout
     */
    static <T> T await(CompletionStage<T> stage, long timeoutMs) {
        try {
            return stage.toCompletableFuture().get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PresenceException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new PresenceException("the grid's maps of presence do not answer", e);
        }
    }
}
