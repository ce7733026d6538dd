package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

import java.io.IOException;

/**
 * Commands of a client that hears by an HTTP response and has to speak by requests of their own.
 * Immutable, thread-safe.
 *
 * @param node id of the node that streams to the client, as its connect reply said
 * @param session the secret of that reply
 * @param data commands, as the session's codec frames them
 */
public record EmulationRequest(String node, String session, Payload data) {

    /**
     * Reads the JSON form, where {@code data} is a string of commands in lines.
     *
     * @throws BadFrameException if it is not one, or a field is missing
     */
    public static EmulationRequest ofJson(byte[] body) throws BadFrameException {
        try (JsonParser parser = JsonInput.open(body)) {
            JsonFieldReader in = new JsonFieldReader(body, parser);
            if (!in.nextRoot()) {
                throw new BadFrameException("no emulation request");
            }
            EmulationRequest request = read(in);
            if (in.nextRoot()) {
                throw new BadFrameException("more than an emulation request");
            }
            return request;
        } catch (JacksonException e) {
            throw new BadFrameException("not JSON");
        }
    }

    private static EmulationRequest read(JsonFieldReader in) throws BadFrameException {
        String node = "";
        String session = "";
        String data = "";
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "node" -> node = in.text();
                case "session" -> session = in.text();
                case "data" -> data = in.text();
                default -> in.skip();
            }
        }
        return complete(node, session, Payload.of(data));
    }

    /**
     * Reads the Protobuf form.
     *
     * @throws BadFrameException if it is not one, or a field is missing
     */
    public static EmulationRequest ofProtobuf(byte[] body) throws BadFrameException {
        String node = "";
        String session = "";
        Payload data = Payload.EMPTY;
        try {
            ProtobufFieldReader in = new ProtobufFieldReader(body);
            for (int field = in.nextField(); field != 0; field = in.nextField()) {
                switch (field) {
                    case 1 -> node = in.text();
                    case 2 -> session = in.text();
                    case 3 -> data = in.bytes();
                    default -> in.skip();
                }
            }
        } catch (IOException e) {
            throw new BadFrameException("not Protobuf: " + e.getMessage());
        }
        return complete(node, session, data);
    }

    private static EmulationRequest complete(String node, String session, Payload data)
            throws BadFrameException {
        if (node.isEmpty() || session.isEmpty() || data.isEmpty()) {
            throw new BadFrameException("node, session and data are needed");
        }
        return new EmulationRequest(node, session, data);
    }
}
