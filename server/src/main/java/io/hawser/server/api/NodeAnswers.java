package io.hawser.server.api;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.ChannelPattern;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;
import io.hawser.server.session.Sessions;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** What this node tells when the server API of any node asks all nodes. Thread-safe. */
public final class NodeAnswers {
    public static final String INFO = "hawser.info";
    public static final String CHANNELS = "hawser.channels";
    public static final String SUBSCRIBERS = "hawser.subscribers";

    /** About 10 MB for one answer, at most. */
    private static final int MAX_CHANNELS = 100_000;

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
        survey.accept(SUBSCRIBERS, question -> Payload.of(Json.encode(subscribers(question))));
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
    private Map<String, Integer> subscribers(Payload question) {
        var found = new HashMap<String, Integer>();
        for (String channel : Json.decode(question, String[].class)) {
            int count = hub.subscribers(channel);
            if (count > 0) {
                found.put(channel, count);
            }
        }
        return found;
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
