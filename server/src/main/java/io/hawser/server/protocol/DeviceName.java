package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * The name that a client gives its device, in the {@code data} of its connect: {@code {"hawser":
 * {"device": "phone"}}}. The rest of the data is the application's. Pure.
 */
public final class DeviceName {
    private DeviceName() {}

    /**
     * The name as it stands there; empty if there is none, or the data are something else.
     *
     * @throws BadFrameException if {@code hawser} is no object, or {@code device} no text
     */
    public static String read(Payload data) throws BadFrameException {
        if (data.isEmpty()) {
            return "";
        }
        Payload ours = ours(data);
        if (ours == null) {
            return "";
        }
        try (JsonParser parser = JsonInput.open(ours.bytes())) {
            var in = new JsonFieldReader(ours.bytes(), parser);
            if (!in.nextRoot()) {
                return "";
            }
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals("device")) {
                    return in.text();
                }
                in.skip();
            }
            return "";
        } catch (JacksonException e) {
            throw new BadFrameException("not JSON");
        }
    }

    /** What stands under {@code hawser}; null if the data are no JSON object, or have none. */
    private static @Nullable Payload ours(Payload data) {
        try (JsonParser parser = JsonInput.open(data.bytes())) {
            var in = new JsonFieldReader(data.bytes(), parser);
            if (!in.nextRoot()) {
                return null;
            }
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals("hawser")) {
                    return in.payload();
                }
                in.skip();
            }
            return null;
        } catch (JacksonException | BadFrameException e) {
            return null; // Not for Hawser.
        }
    }
}
