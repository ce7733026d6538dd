package io.hawser.cli.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What has been started, to be stopped in reverse order. One that fails does not keep the others
 * from being stopped. Not thread-safe.
 */
final class CloseStack implements AutoCloseable {
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Consumer<String> troubles;

    /**
     * @param troubles told what could not be stopped
     */
    CloseStack(Consumer<String> troubles) {
        this.troubles = troubles;
    }

    /** Takes responsibility for it, and returns it. */
    <T extends AutoCloseable> T add(T resource) {
        started.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            close(started.pop());
        }
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            troubles.accept("interrupted while stopping " + resource);
        } catch (Exception e) {
            troubles.accept("could not stop " + resource + ": " + e.getMessage());
        }
    }
}
