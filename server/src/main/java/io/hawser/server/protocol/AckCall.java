package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * {@code hawser.ack}: the user has everything of a channel up to an offset. As {@code rpc} method
 * its data are a JSON object, whatever the connection's encoding: {@code channel}, {@code offset},
 * and {@code epoch} if the client wants to be sure of it; as {@code send}, which is not answered,
 * the same object stands in another one under the method's name. Pure.
 */
public final class AckCall {
    public static final String METHOD = "hawser.ack";

    private AckCall() {}

    /**
     * Reads the data of the call; unknown fields are ignored.
     *
     * @throws BadFrameException if they are something else
     */
    public static Request.AckRequest read(Payload call) throws BadFrameException {
        try (JsonParser parser = JsonInput.open(call.bytes())) {
            var in = new JsonFieldReader(call.bytes(), parser);
            require(in.nextRoot(), "no object");
            Request.AckRequest request = fields(in);
            require(!in.nextRoot(), "something follows the object");
            return request;
        } catch (JacksonException e) {
            // Its message may quote the data.
            throw new BadFrameException("not JSON");
        }
    }

    /**
     * Reads what was sent; null if it is something else, which is for the application.
     *
     * @throws BadFrameException if it is one, but a bad one
     */
    static Request.@Nullable AckRequest readSent(Payload sent) throws BadFrameException {
        Payload inner = inner(sent);
        return inner == null ? null : read(inner);
    }

    private static @Nullable Payload inner(Payload sent) {
        try (JsonParser parser = JsonInput.open(sent.bytes())) {
            var in = new JsonFieldReader(sent.bytes(), parser);
            if (!in.nextRoot() || !METHOD.equals(in.nextField())) {
                return null;
            }
            Payload inner = in.payload();
            return in.nextField() == null && !in.nextRoot() ? inner : null;
        } catch (JacksonException | BadFrameException e) {
            return null; // No JSON object, so not for Hawser.
        }
    }

    private static Request.AckRequest fields(JsonFieldReader in) throws BadFrameException {
        String channel = "";
        String epoch = "";
        long offset = -1;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> channel = in.text();
                case "offset" -> offset = in.uint64();
                case "epoch" -> epoch = in.text();
                default -> in.skip();
            }
        }
        require(!channel.isEmpty(), "channel is missing");
        require(offset >= 0, "offset is missing");
        return new Request.AckRequest(channel, offset, epoch);
    }

    private static void require(boolean condition, String problem) throws BadFrameException {
        if (!condition) {
            throw new BadFrameException(problem);
        }
    }
}
