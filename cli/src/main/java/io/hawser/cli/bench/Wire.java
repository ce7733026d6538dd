package io.hawser.cli.bench;

/**
 * What a client needs of an encoding: to write four commands, to tell messages in a frame apart,
 * and to know a reply from a push. Implementations have no state and are thread-safe.
 */
sealed interface Wire permits JsonWire, ProtobufWire, MsgpackWire {
    /** The ids of connect and subscribe. */
    int CONNECT_ID = 1;

    int SUBSCRIBE_ID = 2;

    /** Publishes have ids from here to twice this, which have one length in each encoding. */
    int FIRST_PUBLISH_ID = 1 << 30;

    /** Gets the messages of a frame one by one. */
    interface Messages {
        void message(byte[] bytes, int from, int to);
    }

    /** The WebSocket subprotocol; empty for none. */
    String subprotocol();

    /** Whether frames are text. */
    boolean text();

    /** A connect command; without a token if it is empty. */
    byte[] connect(String token);

    /** The separator, if there is one, goes between two commands of a frame. */
    byte[] separator();

    byte[] subscribe(String channel);

    /** A publish command whose id is {@link #FIRST_PUBLISH_ID}. */
    byte[] publish(String channel, byte[] data);

    /** Writes another id into a publish command that begins at {@code at}. */
    void putPublishId(byte[] bytes, int at, int id);

    /** The answer to a ping. */
    byte[] pong();

    boolean isPing(byte[] bytes, int from, int to);

    /**
     * Hands over the messages of a frame's payload.
     *
     * @throws BadMessageException if the payload is not whole messages
     */
    void split(byte[] bytes, int from, int to, Messages each);

    /** The id that a message answers; 0 if it is a push. */
    int replyId(byte[] bytes, int from, int to);

    /** The code of the error that a reply holds; 0 if it is none. */
    int errorCode(byte[] bytes, int from, int to);
}
