package io.hawser.grid.bus;

import io.hawser.grid.pubsub.Epochs;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CompletionStage;

/** Sends beats to a pub/sub connection, and gives the verdict on it. Stateless, thread-safe. */
final class BusPulse {
    private static final Logger log = LoggerFactory.getLogger(BusPulse.class);

    private final Publisher publisher;

    /** Publishes over another connection than the one that is to hear it. */
    interface Publisher {
        /** Completes when Redis has taken it, fails if it has not; must not block. */
        CompletionStage<@Nullable Void> publish(String name, byte[] beat);
    }

    BusPulse(Publisher publisher) {
        this.publisher = publisher;
    }

    /** A new one, for a connection that has just been opened. */
    static BusBeat newBeat() {
        return new BusBeat(ChannelKeys.beat(Epochs.next()));
    }

    /** Sends the next beat, unless too long nothing was heard of those before: then false. */
    boolean isHeard(BusBeat beat) {
        if (beat.isDeaf(nowMs())) {
            log.warn("a pub/sub connection answers, but what is published does not reach it");
            return false;
        }
        byte[] next = beat.next();
        publisher
                .publish(beat.name(), next)
                .whenComplete(
                        (nothing, thrown) -> {
                            if (thrown == null) {
                                beat.taken(next, nowMs());
                            } else {
                                log.debug("a beat was not published: {}", thrown.toString());
                            }
                        });
        return true;
    }

    /** The clock of beats, in milliseconds. */
    static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
