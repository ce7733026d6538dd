package io.hawser.grid.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Several servers that know nothing of each other. A channel belongs to one of them by rendezvous
 * hashing, whether it is up or not; what concerns no channel goes to the first in the list that is
 * up. Thread-safe; a thread of its own sees to it that all servers know the list (see {@link
 * ShardLists}), and until some do no channel has a server.
 */
public final class RedisShards implements RedisServers {
    private static final Logger log = LoggerFactory.getLogger(RedisShards.class);
    private static final String KEY = "hawser:shards";

    /** How often the servers are asked, and how long the first answer waits for the rest. */
    private static final long ASK_EVERY_MS = 1000;

    private static final long FIRST_ASK_EVERY_MS = 20;
    private static final long WAIT_FOR_ALL_MS = 1000;

    /** Writes the lists, unless somebody has written newer ones; gives what is there then. */
    private static final String WRITE =
            """
            local known = redis.call('GET', KEYS[1])
            local number = known and tonumber(string.match(known, '^%d+')) or 0
            if number >= tonumber(ARGV[2]) then
                return known
            end
            redis.call('SET', KEYS[1], ARGV[1])
            return ARGV[1]
            """;

    private final String identity;
    private final ClientResources resources = DriverThreads.builder().build();
    private final Map<String, RedisConnections> byName = new HashMap<>();

    /** In the order of the list. */
    private final List<RedisConnections> servers = new ArrayList<>();

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread thread;
    private volatile ShardLists lists = ShardLists.NONE;
    private volatile boolean closed;

    RedisShards(RedisSettings settings) {
        this.identity = settings.identity();
        for (var uri : settings.addresses()) {
            RedisConnections server =
                    new RedisConnections(
                            settings,
                            uri,
                            new RedisConnections.Membership(resources, false, false, () -> {}));
            servers.add(server);
            byName.put(server.identity(), server);
        }
        this.thread = Thread.ofPlatform().name("redis-shards").daemon().unstarted(this::run);
    }

    @Override
    public void listen(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public void start() {
        servers.forEach(RedisConnections::start);
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private void run() {
        long startedNs = System.nanoTime();
        while (!closed) {
            long waitedMs = (System.nanoTime() - startedNs) / 1_000_000;
            try {
                agree(waitedMs >= WAIT_FOR_ALL_MS);
                Thread.sleep(isComplete() ? ASK_EVERY_MS : FIRST_ASK_EVERY_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /**
     * Reads what the servers have, and writes what they should have.
     *
     * @param enough whether the first agreement may be without some of them
     */
    private void agree(boolean enough) throws InterruptedException {
        Map<RedisConnections, ShardLists> found = new HashMap<>();
        for (RedisConnections server : servers) {
            ShardLists its = read(server);
            if (its != null) {
                found.put(server, its);
            }
        }
        boolean all = found.size() == servers.size();
        if (found.isEmpty() || (!isComplete() && !all && !enough)) {
            return;
        }
        List<ShardLists> known = new ArrayList<>(found.values());
        known.removeIf(ShardLists.NONE::equals);
        if (isComplete()) {
            known.add(lists);
        }
        ShardLists agreed = ShardLists.agreed(known, byName.keySet());
        for (Map.Entry<RedisConnections, ShardLists> each : found.entrySet()) {
            if (!each.getValue().equals(agreed) && isNewerAt(each.getKey(), agreed)) {
                return;
            }
        }
        if (!agreed.equals(lists)) {
            log.info("list {} of Redis servers: {}", agreed.number(), byName.keySet());
            lists = agreed;
            listeners.forEach(Runnable::run);
        }
    }

    /** Null if the server does not answer. */
    private static @Nullable ShardLists read(RedisConnections server) throws InterruptedException {
        String text = ask(server, commands -> commands.get(KEY).thenApply(t -> t == null ? "" : t));
        return text == null ? null : ShardLists.parse(text);
    }

    /**
     * Writes; true if somebody was faster. A server that does not take it gets it next time: what
     * it has is not newer.
     */
    private static boolean isNewerAt(RedisConnections server, ShardLists agreed)
            throws InterruptedException {
        String there =
                ask(
                        server,
                        commands ->
                                commands.<String>eval(
                                        WRITE,
                                        ScriptOutputType.VALUE,
                                        new String[] {KEY},
                                        agreed.text(),
                                        Long.toString(agreed.number())));
        return there != null && !there.equals(agreed.text());
    }

    /** A question to one server. */
    private interface Question {
        CompletionStage<String> ask(RedisAsyncCommands<String, String> commands);
    }

    private static @Nullable String ask(RedisConnections server, Question question)
            throws InterruptedException {
        var commands = server.textCommands().get();
        if (commands == null) {
            return null;
        }
        try {
            return question.ask(commands)
                    .toCompletableFuture()
                    .get(RedisConnections.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RedisException e) {
            log.debug("{} does not answer about the list of servers", server, e);
            return null;
        }
    }

    @Override
    public List<RedisConnections> all() {
        return List.copyOf(servers);
    }

    @Override
    public boolean isComplete() {
        return lists.number() > 0;
    }

    @Override
    public @Nullable RedisConnections of(String tag) {
        ShardLists now = lists;
        return now.number() == 0 ? null : byName.get(now.serverOf(tag));
    }

    @Override
    public Tenure tenure(String tag) {
        return lists.tenure(tag);
    }

    @Override
    public @Nullable RedisConnections toAll(String busName) {
        return firstUp();
    }

    @Override
    public boolean bringsToAll(RedisConnections server, String busName) {
        return true;
    }

    private @Nullable RedisConnections firstUp() {
        for (RedisConnections server : servers) {
            if (server.textCommands().get() != null) {
                return server;
            }
        }
        return null;
    }

    @Override
    public Supplier<@Nullable RedisAsyncCommands<String, String>> textCommands() {
        return () -> {
            RedisConnections first = firstUp();
            return first == null ? null : first.textCommands().get();
        };
    }

    /** Of the first in the list only: two halves of a grid may not reach the same ones. */
    @Override
    public Supplier<@Nullable RedisAsyncCommands<String, String>> decidingCommands() {
        return servers.getFirst().textCommands();
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Timer timer() {
        return resources.timer();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        servers.forEach(RedisConnections::close);
        DriverThreads.shutdown(resources);
    }
}
