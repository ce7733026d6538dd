package io.hawser.grid.pubsub;

/**
 * Where a {@link Broker} hands what concerns this node's subscribers: once a channel, whatever the
 * number of subscribers. Implemented by the node's fan-out.
 *
 * <p>All calls for one channel come on the channel's lane, in order. An implementation may hold a
 * {@linkplain Lanes#isLaneThread lane's own thread} for a moment while an I/O thread is behind,
 * which slows the publishers of that lane, but never for good and never for the sake of one slow
 * client.
 */
public interface Sink {
    /**
     * Whether it would soon hold up who brings more. Then nothing is brought by a thread that must
     * not be held up. Any thread; at once.
     */
    default boolean isBehind() {
        return false;
    }

    /** A new publication, right after the one before it. */
    void publication(String channel, Publication publication);

    /** Somebody joined or left. */
    void presence(String channel, PresenceEvent event);

    /**
     * The stream's continuity is lost (a new epoch, or a gap that cannot be filled). Every local
     * subscriber must be told; until it joins again it gets nothing more.
     */
    void positionLost(String channel);

    /**
     * A cluster command sent by {@link Broker#sendControl}, from any node, this one included. Comes
     * on one lane or another, after the calls above for what was published before it.
     */
    void control(Payload command);
}
