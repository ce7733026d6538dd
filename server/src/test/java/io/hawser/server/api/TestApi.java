package io.hawser.server.api;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.presence.MemberList;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Hub;
import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.LocalBroker;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Sink;
import io.hawser.grid.pubsub.Subscriber;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.Json;
import io.hawser.server.http.JsonFields;
import io.hawser.server.security.ChannelPolicy;
import io.hawser.server.session.Continuity;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.session.Sessions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The server API of a cluster of three on a real local broker; one of the nodes never answers. */
public final class TestApi implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final int PATIENCE_S = 10;
    private static final HawserConfig CONFIG =
            ConfigLoader.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "namespaces=[{name: h, options: {history_size: 100, history_ttl: 300s}},"
                                    + " {name: p, options: {presence: true, presence_max_members: 3}},"
                                    + " {name: b, options: {data_format: binary, history_size: 10,"
                                    + " history_ttl: 300s}}]"));

    public final Lanes lanes = new Lanes(2, 1000);
    public final LocalBroker broker = new LocalBroker(lanes, 1 << 20);
    public final Hub hub = new Hub(broker, lanes);
    public final Sessions sessions = new Sessions();
    public final SessionCounters counters = new SessionCounters();
    public final Map<String, Map<String, ClientInfo>> members = new ConcurrentHashMap<>();
    public final BlockingQueue<Payload> controls = new LinkedBlockingQueue<>();
    public final BlockingQueue<Publication> publications = new LinkedBlockingQueue<>();
    public final ServerApi api;

    /** How often the other node says that it has not got a publication. */
    public final AtomicInteger behind = new AtomicInteger();

    /** Whom surveys asked, one after the other. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** The other node, but for the first question, is not live any more. */
    public volatile boolean leaves;

    private final Map<String, UnaryOperator<Payload>> here = new HashMap<>();
    private final Map<String, UnaryOperator<Payload>> there = new HashMap<>();

    public TestApi() {
        broker.start(new Recorder());
        InstantSource clock = InstantSource.fixed(NOW);
        new NodeAnswers(new NodeId("n1"), "1.2.3", hub, sessions, clock).register(here::put);
        there.put(NodeAnswers.INFO, question -> Payload.of("{\"uid\":\"n2\",\"num_clients\":5}"));
        there.put(NodeAnswers.RECEIPTS, question -> Payload.of(receipts()));
        there.put(NodeAnswers.CHANNELS, question -> Payload.of("{\"news\":3}"));
        api =
                new ServerApi(
                        broker,
                        new Members(),
                        new ChannelPolicy(CONFIG.channel(), CONFIG.namespaces(), false),
                        counters,
                        this::ask,
                        CONFIG.client().channelMaxLength(),
                        Continuity.NONE,
                        clock);
    }

    /** The other node's subscribers of "news" get what is published when it is asked again. */
    private String receipts() {
        return behind.getAndDecrement() > 0
                ? "{\"counts\":{},\"behind\":[\"news\"]}"
                : "{\"counts\":{\"news\":3},\"behind\":[]}";
    }

    private CompletionStage<List<Answer>> ask(
            String topic, Payload question, Duration timeout, Predicate<NodeId> whom) {
        return CompletableFuture.supplyAsync(
                () ->
                        Stream.of("n1", "n2", "n3")
                                .filter(node -> whom.test(new NodeId(node)))
                                .filter(node -> !leaves || asked.size() < 3)
                                .map(node -> answer(node, topic, question))
                                .toList());
    }

    private Answer answer(String node, String topic, Payload question) {
        asked.add(node);
        return switch (node) {
            case "n1" -> given(node, here, topic, question);
            case "n2" -> given(node, there, topic, question);
            default -> new Answer.Missing(new NodeId(node), "no answer in time");
        };
    }

    private static Answer given(
            String node,
            Map<String, UnaryOperator<Payload>> handlers,
            String topic,
            Payload question) {
        UnaryOperator<Payload> handler = Objects.requireNonNull(handlers.get(topic), topic);
        return new Answer.Given(new NodeId(node), handler.apply(question));
    }

    /** Calls a method with a JSON body and returns the reply as JSON. */
    public String call(String method, String body) {
        return new String(Json.encode(reply(method, body)), StandardCharsets.UTF_8);
    }

    public ApiReply reply(String method, String body) {
        ApiMethod known = ApiMethod.named(method);
        if (known == null) {
            throw new IllegalArgumentException(method);
        }
        try {
            JsonFields fields = JsonFields.parse(body.getBytes(StandardCharsets.UTF_8));
            return api.call(known.read(fields))
                    .toCompletableFuture()
                    .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                    .join();
        } catch (InvalidFieldException e) {
            throw new IllegalArgumentException(body, e);
        }
    }

    /** Subscribes this node to a channel, so that what is published there is recorded. */
    public void listenTo(String channel) {
        var joined = new CompletableFuture<JoinResult>();
        hub.subscribe(
                channel,
                JoinRequest.LIVE,
                new Subscriber() {
                    @Override
                    public void joined(JoinResult result) {
                        joined.complete(result);
                    }

                    @Override
                    public void failed(BrokerException why) {
                        joined.completeExceptionally(why);
                    }
                });
        var _ = joined.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
    }

    public <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (found == null) {
            throw new AssertionError("nothing came in " + PATIENCE_S + " s");
        }
        return found;
    }

    @Override
    public void close() {
        broker.close();
        lanes.close();
    }

    private final class Members implements PresenceQuery {
        @Override
        public CompletionStage<MemberList> members(String channel, int most) {
            Map<String, ClientInfo> all = members.getOrDefault(channel, Map.of());
            return CompletableFuture.completedFuture(
                    all.size() > most
                            ? new MemberList.TooMany(all.size())
                            : new MemberList.Complete(all));
        }

        @Override
        public CompletionStage<PresenceStats> stats(String channel) {
            Map<String, ClientInfo> all = members.getOrDefault(channel, Map.of());
            long users = all.values().stream().map(ClientInfo::user).distinct().count();
            return CompletableFuture.completedFuture(new PresenceStats(all.size(), (int) users));
        }
    }

    private final class Recorder implements Sink {
        @Override
        public void publication(String channel, Publication publication) {
            publications.add(publication);
        }

        @Override
        public void presence(String channel, PresenceEvent event) {
            throw new AssertionError("the server API announces nobody");
        }

        @Override
        public void positionLost(String channel) {
            // No test here loses one.
        }

        @Override
        public void control(Payload command) {
            controls.add(command);
        }
    }

    /** Everything that waits in a queue now. */
    public static <T> List<T> drain(BlockingQueue<T> queue) {
        var all = new ArrayList<T>();
        queue.drainTo(all);
        return all;
    }
}
