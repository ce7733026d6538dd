package io.hawser.grid.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.failover.FailoverRecord.Outcome;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingDecision.Trigger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What one node writes another reads, and bad input is left alone. */
class EventJsonTest {
    static List<Happening> everyKind() {
        return List.of(
                new Happening.NodeJoined(Sample.N2, 7),
                new Happening.NodeLeft(Sample.N2, 7),
                new Happening.NodeSuspect(Sample.N2, 7),
                new Happening.NodeHeard(Sample.N2, 7),
                new Happening.NodeFailed(Sample.N2, 7, 45),
                new Happening.FailoverDone(Sample.N2, 7, Outcome.REASSIGNED, 45, 5, 40, 120),
                new Happening.Drain(Happening.DrainStage.TOLD, 3),
                new Happening.ScalingDecided(
                        9,
                        true,
                        Direction.UP,
                        Trigger.LATENCY,
                        "p99 is \"high\"",
                        3,
                        4,
                        List.of("n4")),
                new Happening.Alert("overload", false, "äöü\n"),
                new Happening.ConfigLoaded("0.1.0", "0123456789ab"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyKindIsReadAsItWasWritten(Happening what) {
        GridEvent event = Sample.event("id-1", what);
        assertThat(EventJson.read(Payload.of(EventJson.write(event)))).contains(event);
        assertThat(EventJson.isEvent(EventJson.control(event))).isTrue();
        assertThat(EventJson.read(EventJson.control(event))).contains(event);
        assertThat(EventJson.write(event)).doesNotContain("\n");
    }

    @Test
    void everyKindHasItsType() {
        assertThat(everyKind().stream().map(Happening::type).collect(Collectors.toSet()))
                .isEqualTo(EventJson.types());
        Set<Class<?>> leaves = new HashSet<>();
        collect(Happening.class, leaves);
        assertThat(everyKind().stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(leaves);
    }

    private static void collect(Class<?> type, Set<Class<?>> leaves) {
        if (type.isSealed()) {
            for (Class<?> each : type.getPermittedSubclasses()) {
                collect(each, leaves);
            }
        } else {
            leaves.add(type);
        }
    }

    @Test
    void namesAreThoseOfTheAdminApi() {
        assertThat(
                        EventJson.write(
                                Sample.event(
                                        "f-1",
                                        new Happening.FailoverDone(
                                                Sample.N2, 7, Outcome.RETURNED, 45, 0, 0, 120))))
                .isEqualTo(
                        "{\"id\":\"f-1\",\"type\":\"failover.done\",\"time_ms\":1700000000000,"
                                + "\"by\":\"n1\",\"incarnation\":3,\"data\":{\"node\":\"n2\","
                                + "\"incarnation\":7,\"outcome\":\"returned\",\"connections\":45,"
                                + "\"unplaced\":0,\"moved\":0,\"took_ms\":120}}");
    }

    @Test
    void fieldsOfLaterVersionsAreIgnored() {
        GridEvent event = Sample.event("id-1", new Happening.NodeLeft(Sample.N2, 7));
        String later = EventJson.write(event).replace("\"node\":", "\"weather\":1,\"node\":");
        assertThat(EventJson.read(Payload.of(later.replace("{\"id\"", "{\"new\":[],\"id\""))))
                .contains(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"kind\":\"event\",",
                "{\"kind\":\"event\",\"type\":\"node.left\"}",
                "{\"id\":\"1\",\"type\":\"weather\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{}}",
                "{\"id\":\"1\",\"type\":\"node.left\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{}}",
                "{\"id\":\"1\",\"type\":\"node.left\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{\"node\":null,\"incarnation\":1}}",
                "{\"id\":\"1\",\"type\":\"node.left\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{\"node\":\"a b\",\"incarnation\":1}}",
                "{\"id\":\"a\\nb\",\"type\":\"node.left\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{\"node\":\"n2\",\"incarnation\":1}}",
                "{\"id\":\"1\",\"type\":\"node.drain\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":1,\"data\":{\"stage\":\"asleep\",\"connections\":1}}",
            })
    void whatCannotBeReadIsNothing(String text) {
        assertThat(EventJson.read(Payload.of(text))).isEmpty();
    }

    @Test
    void typesAreChosenByNameOrGroup() {
        var types = new EventTypes(List.of("node", "alert"));
        assertThat(types.admit(new Happening.NodeLeft(Sample.N2, 7))).isTrue();
        assertThat(types.admit(new Happening.Alert("a", true, ""))).isTrue();
        assertThat(types.admit(new Happening.ConfigLoaded("1", "2"))).isFalse();
        assertThat(types.unknown()).isEmpty();
        assertThat(new EventTypes(List.of("node.fail", "nodes", "alert")).unknown())
                .containsExactly("node.fail", "nodes");
        assertThat(EventTypes.ALL.admit(new Happening.ConfigLoaded("1", "2"))).isTrue();
    }
}
