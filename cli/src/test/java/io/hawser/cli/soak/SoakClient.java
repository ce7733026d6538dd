package io.hawser.cli.soak;

import io.hawser.cli.soak.Findings.Violation;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A client of some channels that writes down what it sees: comes back by itself after a loss, to
 * whichever node it is given, and asks for what it missed. Its own reading of the protocol
 * (Centrifuge client protocol v2, JSON), so that no mistake of the program's client can hide one of
 * a node. Thread-safe.
 */
final class SoakClient implements SoakSocket.Events {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int INSUFFICIENT_STATE = 2500;
    private static final long REPLY_TIMEOUT_MS = 8_000;
    private static final long PING_SLACK_MS = 4_000;
    private static final long RETRY_MS = 300;

    /** What a client is made of. */
    record Settings(
            String name,
            String token,
            List<String> channels,
            boolean serverSide,
            long recoverable,
            Supplier<URI> address) {}

    private final Settings settings;
    private final HttpClient http;
    private final Findings findings;
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock.
    private final Map<String, ChannelView> views = new LinkedHashMap<>();

    /** Channels to subscribe to again, and when, milliseconds of System.nanoTime(). */
    private final Map<String, Long> retryAtMs = new HashMap<>();

    /** Commands without an answer so far: id to channel, the connect command's to "". */
    private final Map<Long, String> awaited = new HashMap<>();

    private @Nullable SoakSocket socket;
    private boolean wanted;
    private boolean connected;
    private boolean pongWanted;
    private long comeAtMs;
    private long lastId;
    private long askedAtMs;
    private long heardAtMs;
    private long pingEveryMs;

    SoakClient(Settings settings, HttpClient http, Findings findings) {
        this.settings = settings;
        this.http = http;
        this.findings = findings;
        for (String channel : settings.channels()) {
            String name = settings.name() + " in " + channel;
            views.put(channel, new ChannelView(name, settings.recoverable(), findings));
        }
    }

    /** Connects, and stays from now on; does nothing if it is there. */
    void come() {
        locked(
                () -> {
                    wanted = true;
                    if (socket == null) {
                        connect();
                    }
                });
    }

    /** Goes away and keeps its positions. */
    void go() {
        locked(
                () -> {
                    wanted = false;
                    over();
                });
    }

    /** Of a client that is away: it will come as a new one. */
    void forget() {
        locked(() -> views.values().forEach(ChannelView::forget));
    }

    /** To be called several times a second: does what is due. */
    void tick() {
        locked(
                () -> {
                    long nowMs = nowMs();
                    SoakSocket current = socket;
                    if (current == null) {
                        if (wanted && nowMs >= comeAtMs) {
                            connect();
                        }
                    } else if (isOverdue(nowMs)) {
                        lost(current, "no answer or ping");
                    } else if (connected) {
                        subscribeAgain(current, nowMs);
                    }
                });
    }

    /** Whether the client is live in this channel, at its end. */
    boolean isAt(String channel, StreamPosition end) {
        lock.lock();
        try {
            ChannelView view = views.get(channel);
            return view != null && view.isLive() && end.equals(view.position());
        } finally {
            lock.unlock();
        }
    }

    boolean isLive() {
        lock.lock();
        try {
            return views.values().stream().allMatch(ChannelView::isLive);
        } finally {
            lock.unlock();
        }
    }

    List<String> channels() {
        return settings.channels();
    }

    /** Hands its log of that channel to a check, and nothing else meanwhile. */
    void check(String channel, ChannelCheck check) {
        locked(
                () -> {
                    ChannelView view = views.get(channel);
                    if (view != null) {
                        check.checkView(view);
                    }
                });
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private boolean isOverdue(long nowMs) {
        return ((!connected || !awaited.isEmpty()) && nowMs - askedAtMs > REPLY_TIMEOUT_MS)
                || (pingEveryMs > 0 && nowMs - heardAtMs > pingEveryMs + PING_SLACK_MS);
    }

    private void connect() {
        awaited.clear();
        retryAtMs.clear();
        connected = false;
        pingEveryMs = 0;
        askedAtMs = nowMs();
        socket = SoakSocket.connect(http, settings.address().get(), this);
    }

    /** No connection any more; whatever it still brings counts for nothing. */
    private void over() {
        SoakSocket current = socket;
        socket = null;
        connected = false;
        views.values().forEach(view -> view.accept(new Seen.Over()));
        if (current != null) {
            current.abandon();
        }
    }

    private void lost(SoakSocket which, String why) {
        if (socket == which) {
            findings.count("connections lost: " + why);
            over();
            comeAtMs = nowMs() + RETRY_MS;
        }
    }

    @Override
    public void opened(SoakSocket which) {
        locked(
                () -> {
                    if (socket == which) {
                        heardAtMs = nowMs();
                        which.send(hello());
                    } else {
                        which.abandon();
                    }
                });
    }

    @Override
    public void closed(SoakSocket which, int code, String reason) {
        locked(
                () -> {
                    if (socket == which) {
                        disconnected(which, code, reason);
                    }
                });
    }

    private void disconnected(SoakSocket which, int code, String reason) {
        if (code >= 3500 && code < 4000) {
            violated(Violation.REFUSED, "disconnected for good: " + code + " " + reason);
        }
        lost(which, Integer.toString(code));
    }

    @Override
    public void received(SoakSocket which, String frame) {
        locked(
                () -> {
                    heardAtMs = nowMs();
                    frame.lines()
                            .filter(line -> !line.isBlank())
                            .forEach(
                                    line -> {
                                        if (socket == which) {
                                            received(which, JSON.readTree(line));
                                        }
                                    });
                });
    }

    private void received(SoakSocket which, JsonNode reply) {
        if (reply.has("id")) {
            answered(which, reply);
        } else if (reply.has("push")) {
            pushed(which, reply.path("push"));
        } else if (pongWanted) {
            which.send("{}");
        }
    }

    private String hello() {
        ObjectNode command = command("");
        ObjectNode connect = command.putObject("connect").put("token", settings.token());
        if (settings.serverSide()) {
            ObjectNode known = connect.putObject("subs");
            views.forEach(
                    (channel, view) -> {
                        StreamPosition position = view.position();
                        if (position != null) {
                            recover(known.putObject(channel), position);
                        }
                    });
            return command.toString();
        }
        var frame = new StringBuilder(command.toString());
        views.keySet().forEach(channel -> frame.append('\n').append(subscribe(channel)));
        return frame.toString();
    }

    private String subscribe(String channel) {
        ObjectNode command = command(channel);
        ObjectNode subscribe = command.putObject("subscribe").put("channel", channel);
        StreamPosition position = view(channel).position();
        if (position != null) {
            recover(subscribe, position);
        }
        return command.toString();
    }

    private static void recover(ObjectNode subscribe, StreamPosition position) {
        subscribe.put("recover", true);
        subscribe.put("offset", position.offset());
        subscribe.put("epoch", position.epoch());
    }

    private ObjectNode command(String channel) {
        if (awaited.isEmpty()) {
            askedAtMs = nowMs();
        }
        awaited.put(++lastId, channel);
        return JSON.createObjectNode().put("id", lastId);
    }

    private void subscribeAgain(SoakSocket current, long nowMs) {
        List<String> due = new ArrayList<>();
        retryAtMs.forEach(
                (channel, atMs) -> {
                    if (nowMs >= atMs) {
                        due.add(channel);
                    }
                });
        for (String channel : due) {
            retryAtMs.remove(channel);
            current.send(subscribe(channel));
        }
    }

    private void answered(SoakSocket which, JsonNode reply) {
        String channel = awaited.remove(reply.path("id").asLong(0));
        askedAtMs = nowMs();
        JsonNode error = reply.path("error");
        if (error.isObject()) {
            refused(which, String.valueOf(channel), error);
        } else if (reply.has("connect")) {
            connected(which, reply.path("connect"));
        } else if (channel != null && reply.has("subscribe")) {
            subscribed(channel, reply.path("subscribe"));
        } else {
            violated(Violation.STRAY, "an answer to nothing: " + reply);
        }
    }

    private void refused(SoakSocket which, String channel, JsonNode error) {
        int code = error.path("code").asInt(0);
        findings.count((channel.isEmpty() ? "connects" : "subscribes") + " refused: " + code);
        if (!error.path("temporary").asBoolean(false)) {
            violated(Violation.REFUSED, channel + ": " + error);
        }
        if (channel.isEmpty()) {
            lost(which, "connect refused");
        } else {
            retryAtMs.put(channel, nowMs() + RETRY_MS);
        }
    }

    private void connected(SoakSocket which, JsonNode result) {
        connected = true;
        pingEveryMs = result.path("ping").asLong(0) * 1_000;
        pongWanted = result.path("pong").asBoolean(false);
        if (!settings.serverSide()) {
            return;
        }
        JsonNode subs = result.path("subs");
        for (String channel : settings.channels()) {
            if (subs.path(channel).isObject()) {
                subscribed(channel, subs.path(channel));
            } else {
                lost(which, "a server-side subscription is missing");
                return;
            }
        }
    }

    private void subscribed(String channel, JsonNode result) {
        List<Message> missed = new ArrayList<>();
        result.path("publications").forEach(publication -> missed.add(message(publication)));
        view(channel)
                .accept(
                        new Seen.Subscribed(
                                result.path("epoch").asString(""),
                                result.path("offset").asLong(0),
                                result.path("recovered").asBoolean(false),
                                missed));
    }

    private static Message message(JsonNode publication) {
        return new Message(
                publication.path("offset").asLong(0), publication.path("data").path("n").asLong(0));
    }

    private void pushed(SoakSocket which, JsonNode push) {
        JsonNode disconnect = push.path("disconnect");
        if (disconnect.isObject()) {
            disconnected(
                    which,
                    disconnect.path("code").asInt(0),
                    disconnect.path("reason").asString(""));
            return;
        }
        String channel = push.path("channel").asString("");
        if (push.has("pub")) {
            view(channel).accept(new Seen.Published(message(push.path("pub"))));
        } else if (push.has("unsubscribe")) {
            unsubscribed(which, channel, push.path("unsubscribe").path("code").asInt(0));
        }
    }

    private void unsubscribed(SoakSocket which, String channel, int code) {
        findings.count("unsubscribed: " + code);
        view(channel).accept(new Seen.Over());
        if (code < INSUFFICIENT_STATE) {
            violated(Violation.REFUSED, channel + ": unsubscribed with " + code);
        }
        if (settings.serverSide()) {
            lost(which, "unsubscribed " + code);
        } else {
            retryAtMs.put(channel, nowMs() + RETRY_MS);
        }
    }

    private ChannelView view(String channel) {
        ChannelView view = views.get(channel);
        if (view == null) {
            throw new IllegalStateException(settings.name() + " got something of " + channel);
        }
        return view;
    }

    private void violated(Violation violation, String what) {
        findings.violated(violation, settings.name(), what);
    }
}
