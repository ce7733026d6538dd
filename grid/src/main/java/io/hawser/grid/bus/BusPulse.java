package io.hawser.grid.bus;

import io.hawser.grid.pubsub.Epochs;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

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

    /**
     * Asks for an answer: the confirmation of the beat, heard already. In RESP2 an answer to PING
     * could not be told from confirmations that come meanwhile.
     *
     * @param beat null while the connection has none
     */
    static RedisFuture<?> probe(
            StatefulRedisPubSubConnection<String, byte[]> connection, @Nullable BusBeat beat) {
        return beat == null ? connection.async().ping() : connection.async().subscribe(beat.name());
    }

    /**
     * Sends the next beat, unless too long nothing was heard of those before: then false.
     *
     * @param beat null while the connection has none: then true
     */
    boolean isHeard(@Nullable BusBeat beat) {
        if (beat == null) {
            return true;
        }
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
