package io.hawser.server.outbox;

import java.time.Duration;

/** How long the relay waits between two looks at the outbox. Pure; not thread-safe. */
final class RelayPace {
    static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Duration poll;
    private Duration nextPause = FIRST_PAUSE;

    /**
     * @param poll between two looks at an empty outbox
     */
    RelayPace(Duration poll) {
        this.poll = poll;
    }

    /** Some of it worked, so it is no outage that takes long. */
    void progressed() {
        nextPause = FIRST_PAUSE;
    }

    /** There was nothing to do. */
    Duration idle() {
        progressed();
        return poll;
    }

    /** Rows were published; there may be more. */
    Duration busy() {
        progressed();
        return Duration.ZERO;
    }

    /** PostgreSQL or Redis does not do what is asked: ever longer, as they come back. */
    Duration failed() {
        Duration pause = nextPause;
        Duration doubled = pause.multipliedBy(2);
        nextPause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return pause;
    }
}
