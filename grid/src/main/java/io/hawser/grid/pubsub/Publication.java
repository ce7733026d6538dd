package io.hawser.grid.pubsub;

import io.hawser.grid.priority.Priority;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One message of a channel.
 *
 * @param offset its number in the stream, from 1; 0 in a channel without history and before a
 *     broker has stored it
 * @param data what was published, byte for byte
 * @param info who published it; null if it came through the server API
 * @param tags labels given by the server API, empty if none
 * @param timeMs when it was published, milliseconds since 1970; 0 if not known
 * @param priority takes it out of its channel's order, which only a channel without history can
 *     bear; null for the channel's own
 * @param id random, to tell it from another that a forked stream has under the same number; 0 if it
 *     has none
 */
public record Publication(
        long offset,
        Payload data,
        @Nullable ClientInfo info,
        Map<String, String> tags,
        long timeMs,
        @Nullable Priority priority,
        long id) {

    /** One without an id. */
    public Publication(
            long offset,
            Payload data,
            @Nullable ClientInfo info,
            Map<String, String> tags,
            long timeMs,
            @Nullable Priority priority) {
        this(offset, data, info, tags, timeMs, priority, 0);
    }

    /** One in its channel's order. */
    public Publication(
            long offset,
            Payload data,
            @Nullable ClientInfo info,
            Map<String, String> tags,
            long timeMs) {
        this(offset, data, info, tags, timeMs, null);
    }

    /** About how many bytes of heap it holds: what byte bounds count. At least 100. */
    public int approximateBytes() {
        int bytes = 100 + data.size();
        if (info != null) {
            bytes += 80 + 2 * (info.user().length() + info.client().length());
            bytes += info.connInfo().size() + info.chanInfo().size();
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            bytes += 80 + 2 * (tag.getKey().length() + tag.getValue().length());
        }
        return bytes;
    }

    /** The same publication under the number that its stream gave it. */
    public Publication withOffset(long newOffset) {
        return new Publication(newOffset, data, info, tags, timeMs, priority, id);
    }

    /** The same publication with other bytes. */
    public Publication withData(Payload newData) {
        return new Publication(offset, newData, info, tags, timeMs, priority, id);
    }

    /** The same publication with a new id. */
    public Publication identified() {
        long random = ThreadLocalRandom.current().nextLong();
        return withId(random == 0 ? 1 : random);
    }

    /** The same publication with an id. */
    public Publication withId(long newId) {
        return new Publication(offset, data, info, tags, timeMs, priority, newId);
    }
}
