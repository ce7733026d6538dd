package io.hawser.grid.event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads events at its own pace. Who falls too far behind is cut off: what waits can still be read,
 * then there is nothing more. For one reading thread; {@link #close} from any.
 */
public final class EventReader implements AutoCloseable {
    private final BlockingQueue<GridEvent> waiting;
    private final boolean complete;
    private final Consumer<EventReader> onClose;
    private volatile boolean cut;

    /**
     * @param backlog read first
     * @param complete whether the backlog is all that was asked for
     * @param capacity new events that may wait
     */
    EventReader(
            List<GridEvent> backlog,
            boolean complete,
            int capacity,
            Consumer<EventReader> onClose) {
        this.waiting = new ArrayBlockingQueue<>(backlog.size() + capacity);
        this.waiting.addAll(backlog);
        this.complete = complete;
        this.onClose = onClose;
    }

    /** False if the event to go on from is not known: some may be missing before the first one. */
    public boolean isComplete() {
        return complete;
    }

    /** The next event, null if there is none in that time. */
    public @Nullable GridEvent next(Duration timeout) throws InterruptedException {
        return waiting.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** True if it was too slow and has read what it still gets. */
    public boolean isCut() {
        return cut && waiting.isEmpty();
    }

    /** Never blocks; false if it is too far behind, from now on for good. */
    boolean offer(GridEvent event) {
        if (!waiting.offer(event)) {
            cut = true;
        }
        return !cut;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
