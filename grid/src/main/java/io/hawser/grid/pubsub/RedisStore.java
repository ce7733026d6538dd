package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.RedisFailure;
import io.hawser.grid.redis.RedisScript;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Streams in Redis: the commands and scripts, without knowledge of subscribers. Thread-safe;
 * nothing blocks. Publishes go over one connection in order, reads over another.
 */
final class RedisStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisStore.class);
    private static final Duration IDEMPOTENCY_TTL = Duration.ofMinutes(5);
    private static final int READ_QUEUE = 8192;
    private static final byte[] RENEWED = BusFrame.unplaced(BusFrame.encodeRenewed());

    /** Channels whose positions are remembered at least. */
    private static final int SEEN_CHANNELS = 100_000;

    /** Bodies in one answer at most; a read is cut there. */
    private static final int MAX_READ_BYTES = 8 << 20;

    /** First in the script's answer if the version is not newer; else there is a plus. */
    private static final char SUPPRESSED = '=';

    private static final String KEYS_FULL = "!";

    private final PublishLimits limits;
    private final CommandPipeline publishes;
    private final CommandPipeline reads;
    private final LongAdder unreadable = new LongAdder();
    private final SeenPositions seen = new SeenPositions(SEEN_CHANNELS);

    /**
     * @param limits bounds of publishing
     * @param shedding whether those of low priority are refused sooner
     * @param changed called when a connection comes or goes
     */
    RedisStore(
            RedisConnections connections,
            PublishLimits limits,
            Shedding shedding,
            Runnable changed) {
        this.limits = limits;
        publishes =
                new CommandPipeline(
                        "publish",
                        connections,
                        limits.queue(),
                        shedding,
                        RedisScripts.WRITING,
                        changed);
        reads =
                new CommandPipeline(
                        "commands",
                        connections,
                        READ_QUEUE,
                        new Shedding(),
                        RedisScripts.READING,
                        changed);
    }

    boolean canRead() {
        return reads.isUp();
    }

    boolean canPublish() {
        return publishes.isUp();
    }

    double latencyMs() {
        return reads.latencyMs();
    }

    /** Entries and messages that this version could not read. */
    LongAdder unreadable() {
        return unreadable;
    }

    /** What this node has seen of all streams: its publishes and reads tell Redis. */
    SeenPositions seen() {
        return seen;
    }

    CompletionStage<PublishResult> publish(
            String channel, Publication publication, PublishOptions options) {
        byte[] body = compact(BusFrame.encode(publication.identified()));
        Place place = new Place(channel, options.priority(), body.length);
        if (options.history().enabled() || options.conditional()) {
            return publishByScript(place, body, options);
        }
        return send(
                place,
                ChannelKeys.bus(channel),
                BusFrame.unplaced(body),
                PublishResult.at(StreamPosition.NONE));
    }

    private byte[] compact(byte[] body) {
        int above = limits.compressAboveBytes();
        return above > 0 && body.length > above ? BusFrame.compressed(body) : body;
    }

    private CompletionStage<PublishResult> publishByScript(
            Place place, byte[] body, PublishOptions options) {
        String channel = place.key();
        String key = options.idempotencyKey();
        HistoryOptions history = options.history();
        Version version = options.version();
        List<String> keys = new ArrayList<>(5);
        keys.add(ChannelKeys.meta(channel));
        keys.add(ChannelKeys.stream(channel));
        keys.add(ChannelKeys.bus(channel));
        if (key != null) {
            keys.add(ChannelKeys.idempotency(channel));
            keys.add(ChannelKeys.answers(channel));
        }
        StreamPosition highest = seen.of(channel);
        byte[][] arguments = {
            body,
            bytes(Epochs.next()),
            bytes(history.enabled() ? history.size() : 0),
            bytes(history.ttl().toMillis()),
            bytes(history.metaTtl().toMillis()),
            bytes(IDEMPOTENCY_TTL.toMillis()),
            bytes(limits.idempotencyMax()),
            bytes(key == null ? "" : key),
            version == null ? new byte[0] : bytes(version.number()),
            bytes(version == null ? "" : version.epoch()),
            bytes(highest.epoch()),
            bytes(highest.offset())
        };
        return ask(
                publishes,
                place,
                commands ->
                        RedisStore.<byte[]>run(
                                commands,
                                RedisScripts.PUBLISH,
                                ScriptOutputType.VALUE,
                                keys,
                                arguments),
                reply -> remember(channel, published(reply)));
    }

    private PublishResult remember(String channel, PublishResult result) {
        seen.saw(channel, result.position());
        return result;
    }

    /** Reads what the script says. */
    private static PublishResult published(byte[] reply) {
        String text = text(reply);
        if (text.equals(KEYS_FULL)) {
            throw new BrokerException(
                    BrokerException.Reason.KEYS_FULL, "too many idempotency keys in the channel");
        }
        int colon = text.lastIndexOf(':');
        StreamPosition position =
                new StreamPosition(
                        Long.parseLong(text.substring(colon + 1)), text.substring(1, colon));
        return new PublishResult(position, text.charAt(0) == SUPPRESSED);
    }

    CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority) {
        byte[] message = BusFrame.unplaced(BusFrame.encode(event));
        return send(
                new Place("", priority, message.length), ChannelKeys.bus(channel), message, null);
    }

    CompletionStage<@Nullable Void> sendControl(Payload command) {
        byte[] message = BusFrame.unplaced(BusFrame.encodeControl(command));
        return send(
                new Place("", Priority.HIGH, message.length), ChannelKeys.CONTROL, message, null);
    }

    private <T extends @Nullable Object> CompletionStage<T> send(
            Place place, String busName, byte[] message, T answer) {
        return ask(
                publishes,
                place,
                commands -> commands.publish(busName, message),
                receivers -> answer);
    }

    CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority) {
        List<String> keys = List.of(ChannelKeys.meta(channel), ChannelKeys.stream(channel));
        return ask(
                publishes,
                new Place(channel, priority, 0),
                commands ->
                        RedisStore.<Long>run(
                                commands,
                                RedisScripts.REMOVE_HISTORY,
                                ScriptOutputType.INTEGER,
                                keys),
                removed -> null);
    }

    /** Publishes to a bus name that is no channel's, for {@link BusBeat}. */
    CompletionStage<@Nullable Void> publishBeat(String name, byte[] beat) {
        return send(new Place("", Priority.HIGH, beat.length), name, beat, null);
    }

    /**
     * Reads position and publications.
     *
     * @param cutTo only the newest so many of the stream; 0 gives all there is
     * @param witness what the asker knows of the stream; if none, what this node has seen counts
     */
    CompletionStage<StreamRead> read(
            String channel,
            HistoryQuery query,
            HistoryOptions history,
            int cutTo,
            Witness witness) {
        List<String> keys =
                List.of(
                        ChannelKeys.meta(channel),
                        ChannelKeys.stream(channel),
                        ChannelKeys.bus(channel));
        StreamPosition since = query.since();
        Witness known = witness.isNone() ? Witness.of(seen.of(channel)) : witness;
        byte[][] arguments = {
            bytes(Epochs.next()),
            bytes(history.metaTtl().toMillis()),
            since == null ? new byte[0] : bytes(since.offset()),
            bytes(query.limit()),
            bytes(query.reverse() ? 1 : 0),
            bytes(cutTo),
            bytes(MAX_READ_BYTES),
            bytes(known.highest().epoch()),
            bytes(known.highest().offset()),
            bytes(known.offset()),
            known.id() == 0 ? new byte[0] : BusFrame.idBytes(known.id()),
            bytes(known.forked() ? 1 : 0),
            RENEWED
        };
        return ask(
                reads,
                Place.ANY,
                commands ->
                        RedisStore.<List<Object>>run(
                                commands,
                                RedisScripts.HISTORY,
                                ScriptOutputType.MULTI,
                                keys,
                                arguments),
                reply -> read(channel, reply));
    }

    private StreamRead read(String channel, List<Object> reply) {
        String epoch = text(reply.get(0));
        long offset = Long.parseLong(text(reply.get(1)));
        List<Publication> publications = new ArrayList<>(reply.size() / 2);
        for (int i = 3; i + 1 < reply.size(); i += 2) {
            Publication publication = entry(text(reply.get(i)), (byte[]) reply.get(i + 1));
            if (publication != null) {
                publications.add(publication);
            }
        }
        StreamPosition top = new StreamPosition(offset, epoch);
        seen.saw(channel, top);
        return new StreamRead(new History(top, publications), BusFrame.idOf((byte[]) reply.get(2)));
    }

    /** Null for an entry of a kind that this version does not know. */
    private @Nullable Publication entry(String id, byte[] body) {
        long offset = Long.parseLong(id.substring(0, id.indexOf('-')));
        try {
            return BusFrame.decodeBody(body, offset) instanceof BusFrame.Body.Message message
                    ? message.publication()
                    : null;
        } catch (BusFrameException e) {
            unreadable.increment();
            log.warn("stream entry {} cannot be read: {}", id, e.getMessage());
            return null;
        }
    }

    private static <T> RedisFuture<T> run(
            RedisAsyncCommands<String, byte[]> commands,
            RedisScript script,
            ScriptOutputType output,
            List<String> keys,
            byte[]... arguments) {
        return commands.evalsha(script.digest(), output, keys.toArray(String[]::new), arguments);
    }

    private static <T, R extends @Nullable Object> CompletionStage<R> ask(
            CommandPipeline pipeline,
            Place place,
            CommandPipeline.Call<T> call,
            Function<T, R> decode) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        pipeline.submit(place, call)
                .whenComplete(
                        (value, thrown) -> {
                            if (thrown != null) {
                                answer.completeExceptionally(brokerException(thrown));
                            } else {
                                complete(answer, () -> decode.apply(value));
                            }
                        });
        return answer;
    }

    private static <R extends @Nullable Object> void complete(
            CompletableFuture<R> answer, Supplier<R> decode) {
        R decoded;
        try {
            decoded = decode.get();
        } catch (BrokerException e) {
            answer.completeExceptionally(e);
            return;
        } catch (RuntimeException e) {
            answer.completeExceptionally(
                    new BrokerException(
                            BrokerException.Reason.FAILED, "answer of Redis cannot be read", e));
            return;
        }
        answer.complete(decoded);
    }

    private static BrokerException brokerException(Throwable thrown) {
        RedisFailure failure = RedisFailure.of(thrown);
        BrokerException.Reason reason =
                switch (failure.kind()) {
                    case UNAVAILABLE -> BrokerException.Reason.UNAVAILABLE;
                    case QUEUE_FULL -> BrokerException.Reason.QUEUE_FULL;
                    case REFUSED -> BrokerException.Reason.FAILED;
                };
        return new BrokerException(reason, String.valueOf(failure.getMessage()), failure);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    @Override
    public void close() {
        publishes.close();
        reads.close();
    }
}
