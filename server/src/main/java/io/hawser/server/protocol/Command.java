package io.hawser.server.protocol;

/**
 * What a client sends. A decoded command is complete: every request but {@link Request.SendRequest}
 * and {@link Request.Pong} has an id. Immutable, thread-safe.
 *
 * @param id number that the reply repeats; uint32 held in an int (use {@link
 *     Integer#toUnsignedString(int)} to print it); 0 for none
 */
public record Command(int id, Request request) {
    /** The empty command: the client's answer to a ping. */
    public static final Command PONG = new Command(0, new Request.Pong());
}
