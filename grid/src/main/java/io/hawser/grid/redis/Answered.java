package io.hawser.grid.redis;

import org.jspecify.annotations.Nullable;

/**
 * Hears how a command ended, once: on the driver's thread, on that of whoever closes the
 * connection, or on the caller's if it was not sent. Must not block.
 *
 * @param <T> the answer
 */
public interface Answered<T> {
    /** With an answer, or with null and why there is none. */
    void answered(@Nullable T value, @Nullable RedisFailure failure);
}
