package io.hawser.grid.bus;

import io.hawser.grid.priority.HeapShare;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.Epochs;
import io.hawser.grid.pubsub.History;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.grid.pubsub.HistoryQuery;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;
import io.hawser.grid.pubsub.SeenPositions;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisCall;
import io.hawser.grid.redis.RedisConnections;
import io.hawser.grid.redis.Tenure;
import io.hawser.grid.stream.StreamRead;
import io.hawser.grid.stream.Witness;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Streams on one Redis server: the commands and scripts, without knowledge of subscribers.
 * Thread-safe; nothing blocks. Publishes go over one connection in order, reads over another.
 */
final class RedisStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisStore.class);
    private static final int READ_QUEUE = 8192;
    private static final byte[] RENEWED = BusFrame.unplaced(BusFrame.encodeRenewed());

    /** Bodies in one answer at most; a read is cut there. */
    private static final int MAX_READ_BYTES = 8 << 20;

    private final RedisConnections server;
    private final boolean sharded;
    private final RedisScripts scripts;
    private final Function<String, Tenure> tenures;
    private final PublishLimits limits;
    private final CommandPipeline publishes;
    private final CommandPipeline reads;
    private final LongAdder unreadable;
    private final SeenPositions seen;
    private final Refusals refusals = new Refusals();
    private final @Nullable PublishBatcher batcher;

    /**
     * @param tenures of channels at this server, by their hash tags
     * @param limits bounds of publishing
     * @param shedding whether those of low priority are refused sooner
     * @param changed called when a connection comes or goes
     */
    RedisStore(
            RedisConnections server,
            Function<String, Tenure> tenures,
            PublishLimits limits,
            Shedding shedding,
            StreamMemory memory,
            Runnable changed) {
        this.server = server;
        this.sharded = server.isSharded();
        this.scripts = RedisScripts.of(server);
        this.tenures = tenures;
        this.limits = limits;
        this.unreadable = memory.unreadable();
        this.seen = memory.seen();
        publishes =
                new CommandPipeline(
                        "publish", server, limits.queue(), shedding, scripts.writing(), changed);
        reads =
                new CommandPipeline(
                        "commands", server, READ_QUEUE, new Shedding(), scripts.reading(), changed);
        batcher =
                limits.inBatches()
                        ? new PublishBatcher(
                                limits,
                                HeapShare.of(CommandPipeline.OF_HEAP),
                                shedding,
                                this::publishTogether)
                        : null;
    }

    boolean canRead() {
        return reads.isUp();
    }

    boolean canPublish() {
        return publishes.isUp();
    }

    /** Whether the server refuses to store what is published, as far as anybody tries. */
    boolean isRefusing() {
        return refusals.last(System.nanoTime());
    }

    double latencyMs() {
        return reads.latencyMs();
    }

    CompletionStage<PublishResult> publish(
            String channel, Publication publication, PublishOptions options) {
        byte[] body =
                BusFrame.compact(
                        BusFrame.encode(publication.identified()), limits.compressAboveBytes());
        PublishBatcher others = batcher;
        if (others == null || options.priority() == Priority.HIGH || !publishes.isUp()) {
            return publishAlone(channel, body, options);
        }
        var pending = new PendingPublish(channel, body, options, new CompletableFuture<>());
        others.publish(pending);
        return pending.answer();
    }

    private CompletionStage<PublishResult> publishAlone(
            String channel, byte[] body, PublishOptions options) {
        Place place = new Place(channel, options.priority(), body.length);
        if (!options.history().enabled() && !options.conditional()) {
            return send(
                    place, ChannelKeys.bus(channel), body, PublishResult.at(StreamPosition.NONE));
        }
        PublishCalls.Terms terms = terms(channel, options.history());
        RedisCall<byte[]> call =
                options.conditional()
                        ? PublishCalls.conditional(
                                scripts.publishConditional(), channel, terms, body, options)
                        : PublishCalls.plain(scripts.publish(), channel, terms, body);
        return store(place, call, reply -> remember(channel, body, reply));
    }

    /** Shows whether the server stores; one that refuses to still publishes. */
    private <T, R extends @Nullable Object> CompletionStage<R> store(
            Place place, RedisCall<T> call, Function<T, R> decode) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        publishes.submitKept(
                place,
                call,
                (value, failure) -> {
                    if (failure == null) {
                        refusals.carriedOut();
                    } else {
                        refusals.failed(failure, System.nanoTime());
                    }
                    RedisAnswers.complete(answer, value, failure, decode);
                });
        return answer;
    }

    private PublishCalls.Terms terms(String channel, HistoryOptions history) {
        return new PublishCalls.Terms(
                history,
                seen.of(channel),
                tenure(channel),
                limits.idempotencyMax(),
                server.isWatched());
    }

    private PublishResult remember(String channel, byte[] body, byte[] reply) {
        PublishResult result = PublishCalls.result(reply);
        long id = PublishCalls.isStored(reply) ? BusFrame.idOfBody(body) : 0;
        seen.saw(channel, result.position(), id);
        return result;
    }

    /** In one step, and with one message of the bus. Those that come alone go alone. */
    private void publishTogether(PublishBatches.Batch batch) {
        List<PendingPublish> all = batch.publications;
        if (all.size() == 1) {
            PendingPublish only = all.getFirst();
            publishAlone(only.channel(), only.body(), only.options())
                    .whenComplete((result, thrown) -> only.complete(result, thrown));
            return;
        }
        Place place = new Place(batch.channel, batch.lane, batch.bytes());
        boolean byScript =
                batch.history.enabled() || all.stream().anyMatch(p -> p.options().conditional());
        if (!byScript) {
            byte[] body = BusFrame.encodeBatch(all.stream().map(PendingPublish::body).toList());
            send(place, ChannelKeys.bus(batch.channel), body, PublishResult.at(StreamPosition.NONE))
                    .whenComplete((result, thrown) -> all.forEach(p -> p.complete(result, thrown)));
            return;
        }
        boolean withKeys = all.stream().anyMatch(p -> p.options().idempotencyKey() != null);
        List<String> keys = PublishCalls.keys(batch.channel, withKeys);
        List<byte[]> arguments = PublishCalls.together(terms(batch.channel, batch.history), all);
        store(place, scripts.publishBatch().list(keys, arguments), reply -> reply)
                .whenComplete((reply, thrown) -> answer(batch, reply, thrown));
    }

    private void answer(
            PublishBatches.Batch batch, @Nullable List<Object> reply, @Nullable Throwable thrown) {
        if (reply == null) {
            batch.publications.forEach(publish -> publish.complete(null, thrown));
            return;
        }
        List<Object> answers = reply;
        for (int i = 0; i < batch.publications.size(); i++) {
            PendingPublish publish = batch.publications.get(i);
            byte[] its = (byte[]) answers.get(i);
            RedisAnswers.complete(
                    publish.answer(), () -> remember(batch.channel, publish.body(), its));
        }
    }

    /** Batches that were sent. */
    long batches() {
        PublishBatcher sending = batcher;
        return sending == null ? 0 : sending.batches();
    }

    /** Publications in them. */
    long batchedPublications() {
        PublishBatcher sending = batcher;
        return sending == null ? 0 : sending.publications();
    }

    CompletionStage<@Nullable Void> publishPresence(
            String channel, PresenceEvent event, Priority priority) {
        byte[] body = BusFrame.encode(event);
        return send(new Place("", priority, body.length), ChannelKeys.bus(channel), body, null);
    }

    CompletionStage<@Nullable Void> sendControl(Payload command) {
        byte[] body = BusFrame.encodeControl(command);
        return send(new Place("", Priority.HIGH, body.length), ChannelKeys.CONTROL, body, null);
    }

    private Tenure tenure(String channel) {
        return tenures.apply(ChannelKeys.tag(channel));
    }

    /**
     * Without a position. In the slot, and to all while somebody listens to patterns, which slots
     * know nothing of.
     */
    private <T extends @Nullable Object> CompletionStage<T> send(
            Place place, String busName, byte[] body, T answer) {
        if (!sharded) {
            return sendToAll(place, busName, body, answer);
        }
        if (server.isWatched()) {
            var _ = sendToAll(place, busName, body, answer);
        }
        return RedisAnswers.ask(
                publishes,
                place,
                RedisCall.publishInSlot(busName, BusFrame.NO_POSITION, body),
                receivers -> answer);
    }

    private <T extends @Nullable Object> CompletionStage<T> sendToAll(
            Place place, String busName, byte[] body, T answer) {
        return RedisAnswers.ask(
                publishes,
                place,
                RedisCall.publish(busName, BusFrame.NO_POSITION, body),
                receivers -> answer);
    }

    CompletionStage<@Nullable Void> removeHistory(String channel, Priority priority) {
        PublishBatcher before = batcher;
        return before == null || priority == Priority.HIGH
                ? removeNow(channel, priority)
                : before.behind(channel, priority, () -> removeNow(channel, priority));
    }

    private CompletionStage<@Nullable Void> removeNow(String channel, Priority priority) {
        List<String> keys = List.of(ChannelKeys.meta(channel), ChannelKeys.stream(channel));
        return RedisAnswers.ask(
                publishes,
                new Place(channel, priority, 0),
                scripts.removeHistory().number(keys, List.of()),
                removed -> null);
    }

    /** Publishes to a bus name that is no channel's and in no slot, for {@link BusBeat}. */
    CompletionStage<@Nullable Void> publishBeat(String name, byte[] beat) {
        return sendToAll(new Place("", Priority.HIGH, beat.length), name, beat, null);
    }

    /**
     * Reads position and publications.
     *
     * @param cutTo only the newest so many of the stream; 0 gives all there is
     * @param witness what the asker knows of the stream; what this node has seen counts too
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
        Tenure tenure = tenure(channel);
        Witness known = witness.and(seen.sighting(channel));
        List<byte[]> arguments =
                List.of(
                        bytes(Epochs.next(known.highest().epoch())),
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
                        RENEWED,
                        bytes(tenure.since()),
                        bytes(tenure.now()));
        return RedisAnswers.ask(
                reads,
                Place.ANY,
                scripts.history().list(keys, arguments),
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
        long topId = BusFrame.idOf((byte[]) reply.get(2));
        seen.saw(channel, top, topId);
        return new StreamRead(new History(top, publications), topId);
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
        PublishBatcher sending = batcher;
        if (sending != null) {
            sending.close();
        }
        publishes.close();
        reads.close();
    }
}
