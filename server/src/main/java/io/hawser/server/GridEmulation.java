package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.endpoint.EmulationLink;
import io.hawser.server.endpoint.EmulationOutcome;
import io.hawser.server.endpoint.StreamTransport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Carries emulation requests over the grid to the node that they name, so that a balancer may send
 * them anywhere. Thread-safe; never blocks.
 */
final class GridEmulation implements EmulationLink {
    private static final Logger log = LoggerFactory.getLogger(GridEmulation.class);
    private static final String TOPIC = "hawser.emulation";

    /** Clients give up a command after 5 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final Payload TAKEN = Payload.of("1");
    private static final Payload UNKNOWN = Payload.of("0");

    private final Grid grid;

    GridEmulation(Grid grid) {
        this.grid = grid;
    }

    /** From now on this node answers others. */
    void answerWith(StreamTransport streams) {
        grid.survey().handle(TOPIC, question -> answer(streams, question));
    }

    @Override
    public CompletionStage<EmulationOutcome> deliver(String node, String session, Payload data) {
        return grid.nodes().live().stream()
                .filter(live -> live.id().value().equals(node))
                .findFirst()
                .map(live -> ask(live.id(), session, data))
                .orElseGet(() -> CompletableFuture.completedStage(EmulationOutcome.UNKNOWN_NODE));
    }

    private CompletionStage<EmulationOutcome> ask(NodeId node, String session, Payload data) {
        return grid.survey()
                .askNode(node, TOPIC, question(session, data), TIMEOUT)
                .thenApply(GridEmulation::outcome);
    }

    private static EmulationOutcome outcome(Answer answer) {
        return switch (answer) {
            case Answer.Given given ->
                    given.data().equals(TAKEN)
                            ? EmulationOutcome.DELIVERED
                            : EmulationOutcome.UNKNOWN_SESSION;
            case Answer.Missing missing -> {
                log.debug("node {} does not take commands: {}", missing.node(), missing.reason());
                yield EmulationOutcome.UNANSWERED;
            }
        };
    }

    /** The session behind its length, then the commands. */
    private static Payload question(String session, Payload data) {
        byte[] secret = session.getBytes(StandardCharsets.UTF_8);
        return Payload.of(
                ByteBuffer.allocate(Integer.BYTES + secret.length + data.size())
                        .putInt(secret.length)
                        .put(secret)
                        .put(data.bytes())
                        .array());
    }

    private static Payload answer(StreamTransport streams, Payload question) {
        ByteBuffer in = ByteBuffer.wrap(question.bytes());
        byte[] secret = new byte[in.getInt()];
        in.get(secret);
        byte[] data = new byte[in.remaining()];
        in.get(data);
        EmulationOutcome outcome =
                streams.emulate(new String(secret, StandardCharsets.UTF_8), Payload.of(data))
                        .toCompletableFuture()
                        .getNow(EmulationOutcome.DELIVERED);
        return outcome == EmulationOutcome.DELIVERED ? TAKEN : UNKNOWN;
    }
}
