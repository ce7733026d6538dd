package io.hawser.cli;

import io.hawser.cli.admin.AdminClient;

import tools.jackson.databind.JsonNode;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Follows a drain until it is over. Blocks; for one thread. */
final class DrainWatch {
    private static final long LOOK_MS = 200;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Longer than the longest drain: it moves all the time, so this is without any movement. */
    private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final AdminClient client;
    private final Consumer<String> lines;

    DrainWatch(AdminClient client, Consumer<String> lines) {
        this.client = client;
        this.lines = lines;
    }

    /**
     * Waits until the node has no clients left.
     *
     * @return the last answer
     * @throws CommandFailure if it is not drained any more, or nothing moves
     */
    JsonNode await(String id) throws InterruptedException {
        long toldNanos = System.nanoTime() - TELL_NANOS;
        long movedNanos = System.nanoTime();
        int left = Integer.MAX_VALUE;
        while (true) {
            JsonNode answer = client.drained(id);
            String state = state(answer);
            long now = System.nanoTime();
            if (!state.equals("draining")) {
                return ended(id, state, answer);
            }
            if (now - toldNanos >= TELL_NANOS) {
                lines.accept(line(id, answer));
                toldNanos = now;
            }
            int connections = answer.path("drain").path("connections").asInt(0);
            if (connections != left) {
                left = connections;
                movedNanos = now;
            } else if (now - movedNanos > STUCK_NANOS) {
                throw new CommandFailure(
                        ExitCode.PARTLY, id + " still has " + left + " connections", "");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private JsonNode ended(String id, String state, JsonNode answer) {
        if (!state.equals("drained")) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    id + " is not being drained any more: its state is " + state,
                    "Somebody else has undrained or stopped it.");
        }
        lines.accept(line(id, answer));
        return answer;
    }

    static String line(String id, JsonNode answer) {
        JsonNode drain = answer.path("drain");
        return String.format(
                Locale.ROOT,
                "%s %s: %d of %d told at %.0f/s, %d connections left, %.1f s",
                id,
                state(answer),
                drain.path("told").asInt(0),
                drain.path("total").asInt(0),
                drain.path("per_second").asDouble(0),
                drain.path("connections").asInt(0),
                drain.path("elapsed_ms").asLong(0) / 1000.0);
    }

    private static String state(JsonNode answer) {
        return answer.path("drain").path("state").asString("?");
    }
}
