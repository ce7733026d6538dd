package io.hawser.server.hook;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Marks as they travel on the control channel. Thread-safe. */
public final class MarkJson {
    /** What a mark begins with: other commands on the channel do not. */
    private static final byte[] BEGIN = "{\"kind\":\"webhook\",".getBytes(StandardCharsets.UTF_8);

    private record Wire(
            String kind, @Nullable String sent, @Nullable Letter dead, @Nullable Letter retry) {}

    private MarkJson() {}

    public static Payload write(Mark mark) {
        Wire wire =
                switch (mark) {
                    case Mark.Sent sent -> new Wire("webhook", sent.id(), null, null);
                    case Mark.Dead given -> new Wire("webhook", null, given.letter(), null);
                    case Mark.Retry retry -> new Wire("webhook", null, null, retry.letter());
                };
        return Payload.of(Json.encode(wire));
    }

    /** True if what came on the control channel is meant to be a mark. */
    public static boolean isMark(Payload control) {
        byte[] bytes = control.bytes();
        int length = BEGIN.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, BEGIN, 0, length);
    }

    /** Reads what {@link #write} wrote on some node; empty if it cannot be understood. */
    public static Optional<Mark> read(Payload control) {
        try {
            Wire wire = Json.decode(control, Wire.class);
            if (wire.sent() != null) {
                return Optional.of(new Mark.Sent(wire.sent()));
            }
            if (wire.dead() != null) {
                return Optional.of(new Mark.Dead(wire.dead()));
            }
            return wire.retry() == null
                    ? Optional.empty()
                    : Optional.of(new Mark.Retry(wire.retry()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
