package io.hawser.grid.delivery;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** What is counted about acknowledged delivery. Thread-safe; counting never waits. */
final class DeliveryCounters {
    private static final long[] BOUNDS = {0, 1, 10, 100, 1_000, 10_000, 100_000};

    final LongAdder acknowledged = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder begun = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder lost = new LongAdder();
    private final LongAdder lagSum = new LongAdder();

    /** One more than there are bounds: the last has none. */
    private final LongAdder[] lags =
            IntStream.rangeClosed(0, BOUNDS.length)
                    .mapToObj(bound -> new LongAdder())
                    .toArray(LongAdder[]::new);

    /** Somebody was so many publications behind. */
    void lag(long publications) {
        int bucket = 0;
        while (bucket < BOUNDS.length && publications > BOUNDS[bucket]) {
            bucket++;
        }
        lags[bucket].increment();
        lagSum.add(publications);
    }

    DeliveryCounts snapshot(int waiting) {
        return new DeliveryCounts(
                acknowledged.sum(),
                coalesced.sum(),
                failed.sum(),
                writes.sum(),
                begun.sum(),
                resumed.sum(),
                lost.sum(),
                waiting,
                IntStream.range(0, BOUNDS.length).mapToObj(i -> BOUNDS[i]).toList(),
                IntStream.range(0, lags.length).mapToObj(i -> lags[i].sum()).toList(),
                lagSum.sum());
    }
}
