package io.hawser.grid.redis;

import io.hawser.grid.priority.Shedding;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A pipeline to each of the servers, made and closed as they come and go. Thread-safe; nothing
 * blocks.
 */
public final class ServerPipelines implements AutoCloseable {
    private final RedisServers servers;
    private final Function<RedisConnections, CommandPipeline> maker;

    /** Whole maps take each other's place. */
    private volatile Map<RedisConnections, CommandPipeline> pipelines = Map.of();

    private volatile boolean closed;

    /**
     * @param name of the connections, in logs
     * @param servers stay the caller's
     * @param queue commands that may wait for each server, at least 1
     * @param scripts of the server, loaded into it
     */
    public ServerPipelines(
            String name,
            RedisServers servers,
            int queue,
            Function<RedisConnections, List<RedisScript>> scripts) {
        this.servers = servers;
        this.maker =
                server ->
                        new CommandPipeline(
                                name,
                                server,
                                queue,
                                new Shedding(),
                                scripts.apply(server),
                                ServerPipelines::nobodyAsks);
        servers.listen(
                () -> {
                    serversChanged();
                    servers.start();
                });
        serversChanged();
    }

    private static void nobodyAsks() {}

    private void serversChanged() {
        List<CommandPipeline> gone;
        synchronized (this) {
            Map<RedisConnections, CommandPipeline> before = pipelines;
            Map<RedisConnections, CommandPipeline> now = new HashMap<>();
            for (RedisConnections server : closed ? List.<RedisConnections>of() : servers.all()) {
                CommandPipeline known = before.get(server);
                now.put(server, known != null ? known : maker.apply(server));
            }
            gone = before.values().stream().filter(old -> !now.containsValue(old)).toList();
            pipelines = Map.copyOf(now);
        }
        gone.forEach(CommandPipeline::close);
    }

    /**
     * To the server that has these keys; null while nobody knows which.
     *
     * @param tag of the keys, see {@link RedisServers#of}
     */
    public @Nullable CommandPipeline of(String tag) {
        RedisConnections server = servers.of(tag);
        return server == null ? null : pipelines.get(server);
    }

    @Override
    public void close() {
        closed = true;
        serversChanged();
    }
}
