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
        "FENCED, UP, FENCED, false",
        "STOPPING, UP, STOPPING, false"
    })
    void theStatusIsThePhaseOrWhatIsMissingWhileServing(
            Phase phase, Dependency.State state, Status status, boolean takesClients) {
        assertThat(health.become(phase)).isTrue();
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
        "FENCED, UP, FENCED, false"
    })
    void overloadIsShownWhereNothingIsWorse(
            Phase phase, Dependency.State state, Status status, boolean takesClients) {
        health.become(phase);
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
    void drainingAndFencingCanEndButStoppingIsFinal() {
        for (Phase phase : new Phase[] {Phase.DRAINING, Phase.SERVING, Phase.FENCED}) {
            assertThat(health.become(phase)).isTrue();
        }
        assertThat(health.become(Phase.STOPPING)).isTrue();
        assertThat(health.become(Phase.SERVING)).isFalse();
        assertThat(health.become(Phase.STOPPING)).isTrue();
        assertThat(health.phase()).isEqualTo(Phase.STOPPING);
    }
}
