package io.hawser.grid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.JoinRequest;
import io.hawser.grid.pubsub.JoinResult;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.Recovery;
import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * One client of a {@link ClusterSimulation}, on one channel at a time: comes, publishes, goes,
 * comes back elsewhere, and checks that what it gets continues what it had.
 */
final class SimulatedClient {
    private final ClusterSimulation world;
    private State state = State.AWAY;
    private SimulatedNode node;
    private String channel;

    private StreamPosition position = StreamPosition.NONE;

    /** Id of the publication at the position; 0 if not known. */
    private long lastId;

    private @Nullable JoinRequest request;

    /** It went on in a stream that had lost what it has seen: sooner or later it must be told. */
    private ModelRedis.@Nullable Fork deceivedBy;

    private enum State {
        AWAY,
        JOINING,
        LIVE
    }

    SimulatedClient(ClusterSimulation world) {
        this.world = world;
        this.node = world.anyNode();
        this.channel = world.anyChannel();
    }

    /** Now and then. */
    void act() {
        Random random = world.random();
        switch (state) {
            case AWAY -> comeBack(random);
            case LIVE -> {
                if (random.nextInt(5) == 0) {
                    node.leave(channel, this);
                    state = State.AWAY;
                } else {
                    node.publish(channel);
                }
            }
            case JOINING -> {}
        }
        if (random.nextInt(10) == 0) {
            world.anyNode().publish(world.anyChannel());
        }
    }

    private void comeBack(Random random) {
        node = world.anyNode();
        boolean fresh = position.epoch().isEmpty() || random.nextInt(5) == 0;
        if (fresh) {
            channel = world.anyChannel();
        }
        join(fresh ? null : position);
    }

    /** Back on its channel, whatever it was at; nothing if it is there. */
    void beThere() {
        if (state == State.AWAY) {
            node = world.anyNode();
            join(position.epoch().isEmpty() ? null : position);
        }
    }

    private void join(@Nullable StreamPosition since) {
        state = State.JOINING;
        request = new JoinRequest(SimulatedNode.HISTORY, since, world.random().nextInt(4) + 20);
        if (since == null) {
            deceivedBy = null;
        }
        node.join(channel, request, world.nextJoin(), this);
    }

    void failed() {
        assertThat(state).isEqualTo(State.JOINING);
        state = State.AWAY;
    }

    void disconnected() {
        assertThat(state).isEqualTo(State.LIVE);
        state = State.AWAY;
    }

    void joined(JoinResult result, long idThere) {
        assertThat(state).isEqualTo(State.JOINING);
        state = State.LIVE;
        JoinRequest asked = Objects.requireNonNull(request);
        StreamPosition since = asked.since();
        assertThat(result.position().epoch()).isNotEmpty();
        if (!result.recovered()) {
            assertThat(result.publications()).isEmpty();
            world.counts().count(Branch.NOT_RECOVERED);
            wasTold();
            lastId = idThere;
        } else {
            world.counts().count(Branch.RECOVERED);
            assertThat(since).isEqualTo(position);
            assertThat(result.position().epoch()).isEqualTo(position.epoch());
            assertThat(
                            Recovery.complete(
                                    result.publications(),
                                    position.offset(),
                                    result.position().offset()))
                    .isTrue();
            result.publications().forEach(this::follow);
            checkSame(idThere);
        }
        position = result.position();
    }

    void deliver(Publication publication) {
        assertThat(state).as("publication for a client that is away").isEqualTo(State.LIVE);
        assertThat(publication.offset()).as("offset").isEqualTo(position.offset() + 1);
        follow(publication);
        position = new StreamPosition(publication.offset(), position.epoch());
    }

    /** Nothing may lie between what it had and this, unless Redis lost it and tells it later. */
    private void follow(Publication publication) {
        long id = Long.parseLong(publication.data().toString());
        if (lastId != 0 && world.redis().before(id) != lastId) {
            deceive();
        }
        lastId = id;
    }

    /** The same position must be the same publication. */
    private void checkSame(long idThere) {
        if (lastId != 0 && idThere != 0 && idThere != lastId) {
            deceive();
        }
    }

    private void deceive() {
        ModelRedis.Fork fork = world.redis().lostBy(lastId);
        assertThat(fork)
                .as("silent loss after %d of %s in %s", lastId, position, channel)
                .isNotNull();
        deceivedBy = fork;
    }

    /** Unsubscribed with 2500: what continues is another stream. */
    void told() {
        assertThat(state).isEqualTo(State.LIVE);
        state = State.AWAY;
        world.counts().count(Branch.TOLD);
        wasTold();
    }

    private void wasTold() {
        if (deceivedBy != null) {
            world.counts().count(Branch.DECEIVED_THEN_TOLD);
        }
        deceivedBy = null;
    }

    /** When all is quiet. */
    void checkAtRest() {
        assertThat(state).as("client on node %d", node.number).isEqualTo(State.LIVE);
        assertThat(position).as("position in %s", channel).isEqualTo(world.redis().top(channel));
        ModelRedis.Fork fork = deceivedBy;
        assertThat(fork == null || fork.isUnknowable)
                .as("told of a fork in %s that nodes %s knew", channel, witnesses(fork))
                .isTrue();
        long topId = world.redis().topId(channel);
        ModelRedis.Fork missed =
                lastId == topId || lastId == 0 ? null : world.redis().lostBy(lastId);
        assertThat(lastId == topId || lastId == 0 || (missed != null && missed.isUnknowable))
                .as("publication at the position in %s", channel)
                .isTrue();
    }

    private static List<Integer> witnesses(ModelRedis.@Nullable Fork fork) {
        return fork == null ? List.of() : List.copyOf(fork.witnesses);
    }
}
