package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;

import java.util.Set;

/**
 * A client that reads more slowly than messages come for it. Immutable.
 *
 * @param client id of the client
 * @param user who it is; empty if anonymous
 * @param address of the client, without port
 * @param sinceMs when its socket first was full and has not taken everything since, milliseconds
 *     since 1970
 * @param bytes what waits for it, without what the kernel holds
 * @param dropped publications dropped for it since then
 * @param policies of the channels it is in
 */
public record SlowConsumer(
        String client,
        String user,
        String address,
        long sinceMs,
        long bytes,
        long dropped,
        Set<ChannelOptions.SlowConsumer> policies) {}
