package io.hawser.server.protocol;

import org.jspecify.annotations.Nullable;

/** What a client means that speaks to Hawser itself by {@code rpc} or {@code send}. Pure. */
public final class Calls {
    private Calls() {}

    /**
     * The request that is meant; the same one if it is meant as it stands.
     *
     * @throws BadFrameException if its data are not what such a call has; the message says what is
     *     wrong
     */
    public static Request meant(Request request) throws BadFrameException {
        return switch (request) {
            case Request.RpcRequest rpc when rpc.method().equals(PublishCall.METHOD) ->
                    named(PublishCall.METHOD, () -> PublishCall.read(rpc.data()));
            case Request.RpcRequest rpc when rpc.method().equals(AckCall.METHOD) ->
                    named(AckCall.METHOD, () -> AckCall.read(rpc.data()));
            case Request.SendRequest sent -> {
                Request ack = readSent(sent);
                yield ack == null ? request : ack;
            }
            default -> request;
        };
    }

    private static @Nullable Request readSent(Request.SendRequest sent) throws BadFrameException {
        try {
            return AckCall.readSent(sent.data());
        } catch (BadFrameException e) {
            throw named(AckCall.METHOD, e);
        }
    }

    private interface Reader {
        Request read() throws BadFrameException;
    }

    private static Request named(String method, Reader reader) throws BadFrameException {
        try {
            return reader.read();
        } catch (BadFrameException e) {
            throw named(method, e);
        }
    }

    private static BadFrameException named(String method, BadFrameException e) {
        return new BadFrameException(method + ": " + e.getMessage());
    }
}
