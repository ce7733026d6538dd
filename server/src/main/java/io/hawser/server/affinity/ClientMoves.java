package io.hawser.server.affinity;

import io.hawser.grid.affinity.Affinity;
import io.hawser.grid.affinity.Assigned;
import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.cluster.Survey;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.affinity.MoveOutcome.Kind;
import io.hawser.server.protocol.Disconnect;
import io.hawser.server.session.ClientSession;
import io.hawser.server.session.Sessions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Moves one client to another node, whichever node it is on: that one changes where the client
 * belongs, then tells it to reconnect. Thread-safe.
 */
public final class ClientMoves {
    private static final Logger log = LoggerFactory.getLogger(ClientMoves.class);
    private static final String TOPIC = "hawser.client.move";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long ASSIGN_TIMEOUT_MS = 1_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final Affinity affinity;
    private final Survey survey;
    private final NodeId here;
    private final Sessions sessions;
    private final SessionAffinity known;

    private record Order(String client, String node) {}

    /**
     * @param here this node
     */
    public ClientMoves(
            Affinity affinity,
            Survey survey,
            NodeId here,
            Sessions sessions,
            SessionAffinity known) {
        this.affinity = affinity;
        this.survey = survey;
        this.here = here;
        this.sessions = sessions;
        this.known = known;
    }

    /** Carries out from now on what other nodes ask of this one. */
    public void answer() {
        survey.handle(
                TOPIC,
                question -> {
                    Order order = JSON.readValue(question.bytes(), Order.class);
                    return Payload.of(
                            JSON.writeValueAsBytes(
                                    carryOut(order.client(), new NodeId(order.node()))));
                });
    }

    /**
     * Moves a client.
     *
     * @param client its client id
     * @return exceptional with {@link java.util.concurrent.RejectedExecutionException} if too much
     *     is asked of all nodes at once
     */
    public CompletionStage<MoveOutcome> move(String client, NodeId node) {
        Payload order = Payload.of(JSON.writeValueAsBytes(new Order(client, node.value())));
        return survey.ask(TOPIC, order, TIMEOUT).thenApply(ClientMoves::outcome);
    }

    private static MoveOutcome outcome(List<Answer> answers) {
        return answers.stream()
                .map(ClientMoves::read)
                .filter(outcome -> outcome.kind() != Kind.NO_SUCH_CLIENT)
                .findFirst()
                .orElseGet(MoveOutcome::noSuchClient);
    }

    private static MoveOutcome read(Answer answer) {
        return switch (answer) {
            case Answer.Given given -> JSON.readValue(given.data().bytes(), MoveOutcome.class);
            case Answer.Missing _ -> MoveOutcome.noSuchClient();
        };
    }

    /** On one of the survey's threads, which may be kept for a moment. */
    private MoveOutcome carryOut(String client, NodeId node) {
        ClientSession session = sessions.client(client);
        return session == null
                ? MoveOutcome.noSuchClient()
                : new MoveOutcome(move(session, node), session.user(), here.value());
    }

    private Kind move(ClientSession session, NodeId node) {
        try {
            return switch (assign(session, node)) {
                case YES -> tell(session, node);
                case NOT_REMEMBERED -> Kind.NOT_REMEMBERED;
                case NOT_A_HOME -> Kind.NOT_A_HOME;
            };
        } catch (ExecutionException | TimeoutException e) {
            log.warn("a client could not be moved", e);
            return Kind.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Kind.FAILED;
        }
    }

    private Assigned assign(ClientSession session, NodeId node)
            throws InterruptedException, ExecutionException, TimeoutException {
        return affinity.assign(known.traits(session), node)
                .toCompletableFuture()
                .get(ASSIGN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private Kind tell(ClientSession session, NodeId node) {
        if (node.equals(here)) {
            return Kind.ALREADY_THERE;
        }
        session.connection().execute(() -> session.disconnect(Disconnect.FORCE_RECONNECT));
        return Kind.MOVED;
    }
}
