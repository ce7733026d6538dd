package io.hawser.grid.pubsub;

import io.hawser.grid.redis.Tenure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code publish.lua} and {@code publish_batch.lua} are given, and what they answer.
 * Stateless, thread-safe.
 */
final class PublishCalls {
    private static final Duration IDEMPOTENCY_TTL = Duration.ofMinutes(5);

    /** First in an answer if the version is not newer; else there is a plus. */
    private static final char SUPPRESSED = '=';

    private static final char FAILED = '-';
    private static final String KEYS_FULL = "!";
    private static final byte[] NOTHING = new byte[0];

    private PublishCalls() {}

    /**
     * What is the same for all publications of a call.
     *
     * @param seen highest position of the channel that this node has seen
     * @param keysMax idempotency keys that the channel remembers at most
     * @param watched whether what is published in a slot is also published to all
     */
    record Terms(
            HistoryOptions history,
            StreamPosition seen,
            Tenure tenure,
            int keysMax,
            boolean watched) {}

    /**
     * @param withAnswers whether one of them has an idempotency key
     */
    static List<String> keys(String channel, boolean withAnswers) {
        List<String> keys = new ArrayList<>(5);
        keys.add(ChannelKeys.meta(channel));
        keys.add(ChannelKeys.stream(channel));
        keys.add(ChannelKeys.bus(channel));
        if (withAnswers) {
            keys.add(ChannelKeys.idempotency(channel));
            keys.add(ChannelKeys.answers(channel));
        }
        return keys;
    }

    /** Of {@code publish.lua}. */
    static List<byte[]> alone(Terms terms, byte[] body, PublishOptions options) {
        List<byte[]> item = new ArrayList<>(4);
        add(item, body, options);
        return arguments(terms, item);
    }

    /** Of {@code publish_batch.lua}. */
    static List<byte[]> together(Terms terms, List<PendingPublish> publications) {
        List<byte[]> arguments = arguments(terms, List.of(NOTHING, NOTHING, NOTHING, NOTHING));
        for (PendingPublish publish : publications) {
            add(arguments, publish.body(), publish.options());
        }
        return arguments;
    }

    private static void add(List<byte[]> to, byte[] body, PublishOptions options) {
        String key = options.idempotencyKey();
        Version version = options.version();
        to.add(body);
        to.add(key == null ? NOTHING : bytes(key));
        to.add(version == null ? NOTHING : bytes(version.number()));
        to.add(version == null ? NOTHING : bytes(version.epoch()));
    }

    private static List<byte[]> arguments(Terms terms, List<byte[]> item) {
        HistoryOptions history = terms.history();
        List<byte[]> arguments = new ArrayList<>(16);
        arguments.add(item.get(0));
        arguments.add(bytes(Epochs.next()));
        arguments.add(bytes(history.enabled() ? history.size() : 0));
        arguments.add(bytes(history.ttl().toMillis()));
        arguments.add(bytes(history.metaTtl().toMillis()));
        arguments.add(bytes(IDEMPOTENCY_TTL.toMillis()));
        arguments.add(bytes(terms.keysMax()));
        arguments.addAll(item.subList(1, 4));
        arguments.add(bytes(terms.seen().epoch()));
        arguments.add(bytes(terms.seen().offset()));
        arguments.add(bytes(terms.tenure().since()));
        arguments.add(bytes(terms.tenure().now()));
        arguments.add(bytes(terms.watched() ? 1 : 0));
        return arguments;
    }

    /**
     * Reads the answer to one publication.
     *
     * @throws BrokerException if it says that the publication was refused
     */
    static PublishResult result(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.equals(KEYS_FULL)) {
            throw new BrokerException(
                    BrokerException.Reason.KEYS_FULL, "too many idempotency keys in the channel");
        }
        if (text.charAt(0) == FAILED) {
            throw new BrokerException(BrokerException.Reason.FAILED, text.substring(1));
        }
        int colon = text.lastIndexOf(':');
        StreamPosition position =
                new StreamPosition(
                        Long.parseLong(text.substring(colon + 1)), text.substring(1, colon));
        return new PublishResult(position, text.charAt(0) == SUPPRESSED);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }
}
