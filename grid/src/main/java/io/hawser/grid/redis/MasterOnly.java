package io.hawser.grid.redis;

import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets a connection be used only while it ends at a master: who told us may be behind, and a master
 * can be made a replica while we are connected. A user who may not ask (ROLE) is not stopped, nor
 * is a server given up that answers late.
 */
final class MasterOnly<C extends StatefulRedisConnection<String, ?>>
        implements RedisLink.Listener<C> {
    private static final Logger log = LoggerFactory.getLogger(MasterOnly.class);

    private final RedisLink.Listener<C> listener;

    MasterOnly(RedisLink.Listener<C> listener) {
        this.listener = listener;
    }

    @Override
    public void opened(C connection) {
        if (!isMaster(connection)) {
            throw new RedisFailure(Kind.UNAVAILABLE, "the server does not say it is a master");
        }
        listener.opened(connection);
    }

    @Override
    public void up() {
        listener.up();
    }

    @Override
    public RedisFuture<?> probe(C connection) {
        return listener.probe(connection);
    }

    @Override
    public boolean isFit(C connection) {
        return isMaster(connection) && listener.isFit(connection);
    }

    @Override
    public boolean isAwaiting() {
        return listener.isAwaiting();
    }

    @Override
    public void down() {
        listener.down();
    }

    private static boolean isMaster(StatefulRedisConnection<String, ?> connection) {
        try {
            var asked = connection.async().role();
            List<Object> role =
                    asked.get(RedisConnections.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            String name = role.isEmpty() ? "nothing" : text(role.getFirst());
            if (!name.equals("master")) {
                log.warn("a server is no master, but {}", name);
            }
            return name.equals("master");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            log.debug("the server does not say what it is", e);
            return e.getCause() instanceof RedisCommandExecutionException
                    || e.getCause() instanceof RedisCommandTimeoutException;
        } catch (TimeoutException e) {
            // Whether it hangs is for the link to say.
            log.debug("the server does not say in time what it is", e);
            return true;
        }
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : value.toString();
    }
}
