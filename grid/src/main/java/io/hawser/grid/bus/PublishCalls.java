package io.hawser.grid.bus;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.pubsub.Version;
import io.hawser.grid.redis.RedisArguments;
import io.hawser.grid.redis.RedisCall;
import io.hawser.grid.redis.RedisScript;
import io.hawser.grid.redis.Tenure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code publish.lua}, {@code publish_conditional.lua} and {@code publish_batch.lua} are
 * given, and what they answer. Stateless, thread-safe.
 */
final class PublishCalls {
    private static final Duration IDEMPOTENCY_TTL = Duration.ofMinutes(5);

    /** First in an answer if the version is not newer. */
    private static final char SUPPRESSED = '=';

    /** First in an answer if it is stored, and was not before. */
    private static final char STORED = '+';

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

    /** Of {@code publish.lua}: no conditions, and there is a history. */
    static RedisCall<byte[]> plain(RedisScript script, String channel, Terms terms, byte[] body) {
        HistoryOptions history = terms.history();
        RedisArguments arguments = script.arguments(3);
        ChannelKeys.add(arguments, channel);
        arguments
                .add(body)
                .add(Epochs.next(terms.seen().epoch()))
                .add(history.size())
                .add(history.ttl().toMillis())
                .add(history.metaTtl().toMillis())
                .add(terms.seen().epoch())
                .add(terms.seen().offset());
        if (!terms.tenure().equals(Tenure.ALWAYS) || terms.watched()) {
            arguments
                    .add(terms.tenure().since())
                    .add(terms.tenure().now())
                    .add(terms.watched() ? 1 : 0);
        }
        return script.text(arguments);
    }

    /** Of {@code publish_conditional.lua}. */
    static RedisCall<byte[]> conditional(
            RedisScript script, String channel, Terms terms, byte[] body, PublishOptions options) {
        List<byte[]> arguments = common(terms, body);
        addConditions(arguments, options);
        return script.text(keys(channel, options.idempotencyKey() != null), arguments);
    }

    /** Of {@code publish_batch.lua}. */
    static List<byte[]> together(Terms terms, List<PendingPublish> publications) {
        List<byte[]> arguments = common(terms, NOTHING);
        arguments.addAll(List.of(NOTHING, NOTHING, NOTHING));
        for (PendingPublish publish : publications) {
            arguments.add(publish.body());
            addConditions(arguments, publish.options());
        }
        return arguments;
    }

    private static List<byte[]> common(Terms terms, byte[] body) {
        List<byte[]> arguments = new ArrayList<>(16);
        arguments.add(body);
        addTerms(arguments, terms);
        addRest(arguments, terms);
        arguments.add(bytes(IDEMPOTENCY_TTL.toMillis()));
        arguments.add(bytes(terms.keysMax()));
        return arguments;
    }

    private static void addTerms(List<byte[]> to, Terms terms) {
        HistoryOptions history = terms.history();
        to.add(bytes(Epochs.next(terms.seen().epoch())));
        to.add(bytes(history.enabled() ? history.size() : 0));
        to.add(bytes(history.ttl().toMillis()));
        to.add(bytes(history.metaTtl().toMillis()));
        to.add(bytes(terms.seen().epoch()));
        to.add(bytes(terms.seen().offset()));
    }

    private static void addRest(List<byte[]> to, Terms terms) {
        to.add(bytes(terms.tenure().since()));
        to.add(bytes(terms.tenure().now()));
        to.add(bytes(terms.watched() ? 1 : 0));
    }

    private static void addConditions(List<byte[]> to, PublishOptions options) {
        String key = options.idempotencyKey();
        Version version = options.version();
        to.add(key == null ? NOTHING : bytes(key));
        to.add(version == null ? NOTHING : bytes(version.number()));
        to.add(version == null ? NOTHING : bytes(version.epoch()));
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

    /** Whether it is this publication that is stored at the position of the answer. */
    static boolean isStored(byte[] answer) {
        return answer.length > 0 && answer[0] == STORED;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }
}
