package io.hawser.server.session;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Encoding;

/**
 * One socket, as its session sees it: the only way out for replies, pushes, pings and closes, which
 * leave in the order of the calls.
 *
 * <p>All methods but {@link #execute}, {@link #id} and {@link #address} are called on the
 * connection's I/O thread only. None blocks.
 */
public interface Connection {
    /** Unique in the cluster; the client id of the protocol. */
    String id();

    /** Address of the client, without port; for people and for rate limits. */
    String address();

    /** The encoding negotiated at the handshake, for life. */
    Encoding encoding();

    /** True if only pushes go out and nothing but the first message comes in. */
    boolean unidirectional();

    /** Name of the transport as records and metrics call it, such as {@code websocket}. */
    String transport();

    /** What the connect reply tells a client that cannot speak on this connection itself. */
    default Emulation emulation() {
        return Emulation.NONE;
    }

    /** True if {@link #ping} is to be used, and pings of the protocol are not. */
    default boolean framePings() {
        return false;
    }

    /** Sends a ping of the transport's own, where {@link #framePings} says that it has them. */
    default void ping() {
        throw new IllegalStateException("a transport without pings of its own");
    }

    /** Queues a message. After {@link #close} it does nothing. */
    void send(EncodedMessage message);

    /**
     * As {@link #send(EncodedMessage)}, in order with what {@link #attach} brings of a channel.
     *
     * @param about options of that channel
     */
    default void send(EncodedMessage message, ChannelOptions about) {
        send(message);
    }

    /**
     * Ends the connection, after what was sent before. The transport says why in its own way: a
     * close frame, or a disconnect push.
     */
    void close(Disconnect reason);

    /**
     * Runs {@code task} on the connection's I/O thread, after the publications of all channels that
     * were delivered before. From any thread. Tasks still run after the socket is gone.
     */
    void execute(Runnable task);

    /**
     * As {@link #execute(Runnable)}, but in order with what is delivered of one channel, and only
     * with that.
     *
     * @param about options of that channel
     */
    default void execute(Runnable task, ChannelOptions about) {
        execute(task);
    }

    /**
     * From here on what is selected of the channel's traffic goes out here. With delta the first
     * publication comes whole.
     *
     * @param options say what happens while the client reads too slowly
     */
    void attach(String channel, ChannelOptions options, Selection selection);

    /** The channel's traffic no longer goes out here. */
    void detach(String channel);

    /** Holds back everything that {@link #attach} brings, until {@link #uncork}. */
    void cork();

    /** Sends {@code first}, then what was held back, then goes on as usual. */
    void uncork(EncodedMessage first);
}
