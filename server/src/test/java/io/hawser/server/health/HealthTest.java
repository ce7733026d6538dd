package io.hawser.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.health.Health.Phase;
import io.hawser.server.health.Health.Status;
import io.hawser.server.http.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.concurrent.atomic.AtomicReference;

/** {@link Health}: phases, and what is derived from the dependencies. */
class HealthTest {
    private final AtomicReference<Dependency> redis = new AtomicReference<>(Dependency.OFF);
    private final AtomicReference<Dependency> grid = new AtomicReference<>(Dependency.OFF);
    private final Health health =
            new Health("n1", redis::get, () -> Dependency.up(1.239), grid::get);

    @ParameterizedTest
    @CsvSource({
        "STARTING, OFF, STARTING, false",
        "SERVING, OFF, OK, true",
        "SERVING, UP, OK, true",
        "SERVING, DOWN, DEGRADED, true",
        "DRAINING, DOWN, DRAINING, false",
        "PAUSED, UP, PAUSED, false",
        "PAUSED, DOWN, PAUSED, false",
        "FENCED, UP, FENCED, false",
        "STOPPING, UP, STOPPING, false"
    })
    void theStatusIsThePhaseOrWhatIsMissingWhileServing(
            Phase phase, Dependency.State state, Status status, boolean takesClients) {
        reach(phase);
        redis.set(new Dependency(state, 0));
        assertThat(health.status()).isEqualTo(status);
        assertThat(health.takesClients()).isEqualTo(takesClients);
        assertThat(health.view().status()).isEqualTo(Json.lowerCase(status));
    }

    @ParameterizedTest
    @CsvSource({
        "SERVING, UP, OVERLOADED, true",
        "SERVING, DOWN, DEGRADED, true",
        "DRAINING, UP, DRAINING, false",
        "PAUSED, UP, PAUSED, false",
        "FENCED, UP, FENCED, false"
    })
    void overloadIsShownWhereNothingIsWorse(
            Phase phase, Dependency.State state, Status status, boolean takesClients) {
        reach(phase);
        redis.set(new Dependency(state, 0));
        health.overloaded(true);
        assertThat(health.status()).isEqualTo(status);
        assertThat(health.takesClients()).isEqualTo(takesClients);
        health.overloaded(false);
        assertThat(health.status()).isNotEqualTo(Status.OVERLOADED);
    }

    @Test
    void anyDependencyDegrades() {
        health.become(Phase.SERVING);
        grid.set(Dependency.DOWN);
        assertThat(health.status()).isEqualTo(Status.DEGRADED);
        grid.set(Dependency.up(0));
        assertThat(health.status()).isEqualTo(Status.OK);
    }

    @Test
    void drainingCanEndButStoppingIsFinal() {
        for (Phase phase : new Phase[] {Phase.DRAINING, Phase.SERVING, Phase.DRAINING}) {
            assertThat(health.become(phase)).isTrue();
        }
        assertThat(health.become(Phase.STOPPING)).isTrue();
        assertThat(health.become(Phase.SERVING)).isFalse();
        assertThat(health.become(Phase.STOPPING)).isTrue();
        assertThat(health.phase()).isEqualTo(Phase.STOPPING);
    }

    /** The orders in which a fence, a pause, a drain and a stop can meet on a node that serves. */
    @ParameterizedTest
    @CsvSource({
        "fence, FENCED",
        "pause, PAUSED",
        "pause fence, FENCED",
        "fence pause, FENCED",
        "pause fence unfence, SERVING",
        "drain, DRAINING",
        "drain pause, DRAINING",
        "pause drain, DRAINING",
        "pause drain undrain, PAUSED",
        "drain pause undrain, PAUSED",
        "pause drain unfence, DRAINING",
        "drain pause unfence, DRAINING",
        "pause drain fence, FENCED",
        "drain pause fence, FENCED",
        "drain fence, FENCED",
        "fence drain, FENCED",
        "drain fence undrain, FENCED",
        "fence drain undrain, FENCED",
        "drain fence unfence, DRAINING",
        "fence drain unfence, DRAINING",
        "drain fence undrain unfence, SERVING",
        "fence drain unfence undrain, SERVING",
        "stop fence, STOPPING",
        "fence stop, STOPPING",
        "stop pause, STOPPING",
        "fence stop unfence, STOPPING",
        "fence drain stop unfence, STOPPING",
        "stop undrain, STOPPING"
    })
    void fenceAndPauseAreKeptBesideTheLife(String events, Phase phase) {
        health.become(Phase.SERVING);
        for (String event : events.split(" ", -1)) {
            happen(event);
        }
        assertThat(health.phase()).isEqualTo(phase);
        assertThat(health.status().name().replace("OK", "SERVING")).isEqualTo(phase.name());
        assertThat(health.takesClients()).isEqualTo(phase == Phase.SERVING);
        assertThat(health.servesNobody())
                .isEqualTo(phase == Phase.FENCED || phase == Phase.STOPPING);
    }

    @Test
    void aFenceBeforeTheNodeServesIsNotLost() {
        health.fence();
        health.become(Phase.SERVING);
        assertThat(health.phase()).isEqualTo(Phase.FENCED);
        health.unfence();
        assertThat(health.phase()).isEqualTo(Phase.SERVING);
    }

    private void happen(String event) {
        switch (event) {
            case "fence" -> health.fence();
            case "pause" -> health.pause();
            case "unfence" -> health.unfence();
            case "drain" -> health.become(Phase.DRAINING);
            case "undrain" -> health.become(Phase.SERVING);
            case "stop" -> health.become(Phase.STOPPING);
            default -> throw new IllegalArgumentException(event);
        }
    }

    private void reach(Phase phase) {
        switch (phase) {
            case FENCED, PAUSED -> {
                health.become(Phase.SERVING);
                happen(phase == Phase.FENCED ? "fence" : "pause");
            }
            case STARTING, SERVING, DRAINING, STOPPING -> assertThat(health.become(phase)).isTrue();
        }
    }
}
