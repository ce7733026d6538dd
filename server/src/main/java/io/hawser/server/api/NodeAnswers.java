package io.hawser.server.api;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.StreamPosition;
import io.hawser.server.http.Json;
import io.hawser.server.session.Sessions;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** What this node tells when the server API of any node asks all nodes. Thread-safe. */
public final class NodeAnswers {
    public static final String INFO = "hawser.info";
    public static final String CHANNELS = "hawser.channels";
    public static final String RECEIPTS = "hawser.receipts";

    /** About 10 MB for one answer, at most. */
    private static final int MAX_CHANNELS = 100_000;

    /** So long may a lane take to come to a question. */
    private static final long LANE_MS = 300;

    private final NodeId node;
    private final String version;
    private final Hub hub;
    private final Sessions sessions;
    private final InstantSource clock;
    private final Instant startedAt;

    public NodeAnswers(
            NodeId node, String version, Hub hub, Sessions sessions, InstantSource clock) {
        this.node = node;
        this.version = version;
        this.hub = hub;
        this.sessions = sessions;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /**
     * Gives a handler for each topic to {@code survey}, as {@code
     * io.hawser.grid.cluster.Survey#handle} takes them.
     */
    public void register(BiConsumer<String, UnaryOperator<Payload>> survey) {
        survey.accept(INFO, question -> Payload.of(Json.encode(summary())));
        survey.accept(CHANNELS, question -> Payload.of(Json.encode(channels(question.toString()))));
        survey.accept(RECEIPTS, question -> Payload.of(Json.encode(receipts(question))));
    }

    private ApiResult.NodeSummary summary() {
        Map<String, Integer> channels = hub.channels();
        return new ApiResult.NodeSummary(
                node.value(),
                node.value(),
                version,
                sessions.count(),
                sessions.users(),
                channels.size(),
                channels.values().stream().mapToInt(Integer::intValue).sum(),
                Duration.between(startedAt, clock.instant()).toSeconds());
    }

    /** Of the channels asked for, those that have subscribers here. */
    private Receipts receipts(Payload question) {
        Map<String, StreamPosition> published = Json.decode(question, Receipts.Asked.class).upTo();
        Map<String, CompletableFuture<Hub.Reach>> reaches = new HashMap<>();
        published.forEach(
                (channel, position) -> {
                    if (hub.subscribers(channel) > 0) {
                        reaches.put(channel, hub.reach(channel, position).toCompletableFuture());
                    }
                });
        var counts = new HashMap<String, Integer>();
        var behind = new ArrayList<String>();
        reaches.forEach(
                (channel, stage) -> {
                    Hub.Reach reach = stage.orTimeout(LANE_MS, TimeUnit.MILLISECONDS).join();
                    if (reach.subscribers() > 0) {
                        if (reach.delivered()) {
                            counts.put(channel, reach.subscribers());
                        } else {
                            behind.add(channel);
                        }
                    }
                });
        return new Receipts(counts, behind);
    }

    private Map<String, Integer> channels(String pattern) {
        var wanted = new ChannelPattern(pattern);
        var found = new TreeMap<String, Integer>();
        hub.channels()
                .forEach(
                        (channel, subscribers) -> {
                            if (wanted.matches(channel)) {
                                found.put(channel, subscribers);
                            }
                        });
        if (found.size() > MAX_CHANNELS) {
            throw new IllegalStateException(
                    found.size() + " channels match, more than " + MAX_CHANNELS);
        }
        return found;
    }
}
