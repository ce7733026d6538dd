package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.NodeId;
import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.failover.FailoverStrategy;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

/** {@link FailoverView}: what one node writes another reads, and bad input is left alone. */
class FailoverViewTest {
    private static final FailoverRecord RECORD =
            new FailoverRecord(
                    new NodeId("n1"),
                    3,
                    new NodeId("n2"),
                    1_700_000_000_000L,
                    FailoverStrategy.GRACEFUL,
                    45,
                    Map.of("n2", 20, "n3", 15),
                    10,
                    FailoverRecord.Outcome.RETURNED,
                    35,
                    120);

    @Test
    void anEventIsReadAsItWasWritten() {
        Payload event = FailoverView.event(RECORD);
        assertThat(FailoverView.isEvent(event)).isTrue();
        assertThat(FailoverView.read(event)).contains(RECORD);
    }

    @Test
    void webhooksGetTheSameInWordsOfTheApi() {
        assertThat(FailoverView.json(RECORD))
                .startsWith("{\"node\":\"n1\",\"incarnation\":3,\"coordinator\":\"n2\",")
                .contains("\"strategy\":\"graceful\",\"outcome\":\"returned\"")
                .endsWith("\"unplaced\":10,\"moved\":35,\"took_ms\":120}");
    }

    @Test
    void fieldsOfLaterVersionsAreIgnored() {
        String event = FailoverView.event(RECORD).toString();
        String later = event.replace("\"node\":", "\"weather\":\"fine\",\"node\":");
        assertThat(FailoverView.read(Payload.of(later))).contains(RECORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"kind\":\"disconnect\",\"user\":\"u\"}", "[1]"})
    void otherCommandsAreNoEvents(String text) {
        assertThat(FailoverView.isEvent(Payload.of(text))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"failover\",",
                "{\"kind\":\"failover\",\"failover\":null}",
                "{\"kind\":\"failover\",\"failover\":{}}",
                "{\"kind\":\"failover\",\"failover\":{\"node\":\"n1\"}}",
                "{\"kind\":\"failover\",\"failover\":7}"
            })
    void whatCannotBeReadIsNothing(String text) {
        assertThat(FailoverView.isEvent(Payload.of(text))).isTrue();
        assertThat(FailoverView.read(Payload.of(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n 1\"", "null", "\"\""})
    void aNodeThatCannotBeIsNothing(String node) {
        String event = FailoverView.event(RECORD).toString().replace("\"n1\"", node);
        assertThat(FailoverView.read(Payload.of(event))).isEmpty();
    }
}
