package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

import java.util.Base64;

/**
 * The {@code rpc} method {@code hawser.publish}: a publish that may be repeated when its answer got
 * lost. Its data are a JSON object, whatever the connection's encoding: {@code channel}, {@code
 * data} (a JSON value) or {@code b64data} (any bytes), {@code idempotency_key}. Pure.
 */
public final class PublishCall {
    public static final String METHOD = "hawser.publish";

    private static final int MAX_KEY_CHARS = 256;

    private PublishCall() {}

    /**
     * Reads the data of the call; unknown fields are ignored.
     *
     * @throws BadFrameException if they are something else
     */
    public static Request.KeyedPublishRequest read(Payload call) throws BadFrameException {
        try (JsonParser parser = JsonInput.open(call.bytes())) {
            var in = new JsonFieldReader(call.bytes(), parser);
            require(in.nextRoot(), "no object");
            Request.KeyedPublishRequest request = fields(in);
            require(!in.nextRoot(), "something follows the object");
            return request;
        } catch (JacksonException e) {
            // Its message may quote the data.
            throw new BadFrameException("not JSON");
        }
    }

    private static Request.KeyedPublishRequest fields(JsonFieldReader in) throws BadFrameException {
        String channel = "";
        String key = "";
        Payload data = Payload.EMPTY;
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "channel" -> channel = in.text();
                case "data" -> data = in.payload();
                case "b64data" -> data = base64(in.text());
                case "idempotency_key" -> key = in.text();
                default -> in.skip();
            }
        }
        require(!channel.isEmpty(), "channel is missing");
        require(!key.isEmpty(), "idempotency_key is missing");
        require(key.length() <= MAX_KEY_CHARS, "idempotency_key is longer than 256 characters");
        return new Request.KeyedPublishRequest(channel, data, key);
    }

    private static Payload base64(String text) throws BadFrameException {
        try {
            return Payload.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new BadFrameException("b64data is not Base64");
        }
    }

    private static void require(boolean condition, String problem) throws BadFrameException {
        if (!condition) {
            throw new BadFrameException(problem);
        }
    }
}
