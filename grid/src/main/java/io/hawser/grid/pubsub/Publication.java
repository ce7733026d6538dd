package io.hawser.grid.pubsub;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * One message of a channel.
 *
 * @param offset its number in the stream, from 1; 0 in a channel without history and before a
 *     broker has stored it
 * @param data what was published, byte for byte
 * @param info who published it; null if it came through the server API
 * @param tags labels given by the server API, empty if none
 * @param timeMs when it was published, milliseconds since 1970; 0 if not known
 */
public record Publication(
        long offset,
        Payload data,
        @Nullable ClientInfo info,
        Map<String, String> tags,
        long timeMs) {

    /** The same publication under the number that its stream gave it. */
    public Publication withOffset(long newOffset) {
        return new Publication(newOffset, data, info, tags, timeMs);
    }
}
