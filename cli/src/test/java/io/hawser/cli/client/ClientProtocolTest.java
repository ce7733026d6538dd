package io.hawser.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.StreamPosition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The protocol's client half, stepped with frames and a clock of the test. */
final class ClientProtocolTest {
    private static final String CONNECTED =
            "{\"id\":1,\"connect\":{\"client\":\"c1\",\"ping\":25,\"pong\":true,\"data\":{\"node\":\"n2\"}}}";

    private final List<ClientEvent> events = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final ClientProtocol protocol = protocol("secret");

    private final ClientProtocol.Output output =
            new ClientProtocol.Output() {
                @Override
                public void send(String frame) {
                    sent.add(frame);
                }

                @Override
                public void drop(int code, String reason, boolean reconnect) {
                    dropped.add(code + " " + reason + " " + reconnect);
                    protocol.close();
                }
            };

    private ClientProtocol protocol(String token) {
        var settings =
                new ClientSettings(
                        List.of(URI.create("ws://h")), token, List.of("a", "b"), Backoff.STANDARD);
        return new ClientProtocol(settings, new SplittableRandom(1), events::add);
    }

    @Test
    void theFirstFrameHoldsConnectAndEverySubscription() {
        assertThat(protocol.open(0).lines())
                .containsExactly(
                        "{\"id\":1,\"connect\":{\"token\":\"secret\",\"name\":\"hawser-cli\"}}",
                        "{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}",
                        "{\"id\":3,\"subscribe\":{\"channel\":\"b\"}}");
        assertThat(protocol("").open(0).lines().findFirst().orElseThrow()).doesNotContain("token");
    }

    @Test
    void severalRepliesInAFrameAreTakenInOrder() {
        protocol.open(0);

        receive(
                CONNECTED
                        + "\n{\"id\":2,\"subscribe\":{\"recoverable\":true,\"offset\":4,\"epoch\":\"e\"}}\n"
                        + "{\"push\":{\"channel\":\"a\",\"pub\":{\"offset\":5,\"data\":{\"p\":1.10}}}}\n");

        assertThat(events)
                .startsWith(
                        new ClientEvent.Connected("c1", "n2"),
                        new ClientEvent.Subscribed(
                                "a", new StreamPosition(4, "e"), false, false, 0));
        assertThat(received()).containsExactly("a 5 {\"p\":1.10}");
    }

    @Test
    void aPingIsAnsweredIfTheNodeWantsIt() {
        protocol.open(0);
        receive(CONNECTED);
        receive("{}");
        assertThat(sent).containsExactly("{}");

        protocol.open(0);
        receive("{\"id\":4,\"connect\":{\"client\":\"c\",\"ping\":25}}");
        receive("{}");
        assertThat(sent).containsExactly("{}");
    }

    @Test
    void theNextConnectionRecoversFromTheLastPublication() {
        protocol.open(0);
        receive(CONNECTED);
        receive("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"offset\":4,\"epoch\":\"e\"}}");
        receive("{\"push\":{\"channel\":\"a\",\"pub\":{\"offset\":5,\"data\":1}}}");
        protocol.close();

        assertThat(protocol.open(0))
                .contains("{\"channel\":\"a\",\"recover\":true,\"offset\":5,\"epoch\":\"e\"}")
                .contains("{\"channel\":\"b\"}");
        receive(
                "{\"id\":5,\"subscribe\":{\"recoverable\":true,\"was_recovering\":true,\"recovered\":true,"
                        + "\"offset\":7,\"epoch\":\"e\",\"publications\":[{\"offset\":6,\"data\":2},{\"offset\":7,\"data\":3}]}}");

        assertThat(events)
                .contains(
                        new ClientEvent.Subscribed("a", new StreamPosition(7, "e"), true, true, 2));
        assertThat(received()).containsExactly("a 5 1", "a 6 2", "a 7 3");
        protocol.close();
        assertThat(protocol.open(0)).contains("\"offset\":7");
    }

    @Test
    void whatCannotBeRecoveredMovesThePositionOn() {
        protocol.open(0);
        receive("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"offset\":4,\"epoch\":\"e\"}}");
        protocol.open(0);
        receive(
                "{\"id\":5,\"subscribe\":{\"recoverable\":true,\"was_recovering\":true,\"offset\":2,\"epoch\":\"f\"}}");

        assertThat(protocol.open(0)).contains("\"offset\":2,\"epoch\":\"f\"");
    }

    @ParameterizedTest
    @CsvSource({
        "101, false, false",
        "109, false, false",
        "109, true, false",
        "100, true, true",
        "3, false, true"
    })
    void aRefusedConnectEndsItOrNot(int code, boolean temporary, boolean reconnect) {
        protocol.open(0);
        receive(
                "{\"id\":1,\"error\":{\"code\":%d,\"message\":\"no\",\"temporary\":%b}}"
                        .formatted(code, temporary));

        assertThat(dropped).containsExactly(code + " no " + reconnect);
    }

    @Test
    void nothingAfterADropIsTaken() {
        protocol.open(0);
        receive(
                "{\"id\":1,\"error\":{\"code\":101,\"message\":\"no\"}}\n{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":1}}}");

        assertThat(events).isEmpty();
    }

    @Test
    void aSubscriptionRefusedForGoodIsNotAskedForAgain() {
        protocol.open(0);
        receive(CONNECTED);
        receive("{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied\"}}");

        assertThat(events)
                .contains(new ClientEvent.Unsubscribed("a", 103, "permission denied", false));
        protocol.resubscribe(60_000, output);
        assertThat(sent).isEmpty();
        assertThat(protocol.open(0)).doesNotContain("\"channel\":\"a\"");
    }

    @ParameterizedTest
    @CsvSource({"2000, false", "2499, false", "2500, true", "2501, true"})
    void anUnsubscribePushFrom2500OnIsFollowedByASubscribe(int code, boolean again) {
        protocol.open(0);
        receive(CONNECTED);
        receive("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"offset\":4,\"epoch\":\"e\"}}");
        receive("{\"id\":3,\"subscribe\":{}}");
        receive(
                "{\"push\":{\"channel\":\"a\",\"unsubscribe\":{\"code\":%d,\"reason\":\"r\"}}}"
                        .formatted(code));

        protocol.resubscribe(100, output);
        assertThat(sent).as("before the shortest wait is over").isEmpty();
        protocol.resubscribe(1_001, output);
        assertThat(sent).hasSize(again ? 1 : 0).allMatch(frame -> frame.contains("\"offset\":4"));
    }

    @Test
    void aNodeThatDoesNotAnswerOrPingIsGivenUp() {
        protocol.open(0);
        assertThat(protocol.overdue(5_000)).isEmpty();
        assertThat(protocol.overdue(5_001)).contains("no answer");

        protocol.receive(CONNECTED, 1_000, output);
        protocol.receive("{\"id\":2,\"subscribe\":{}}\n{\"id\":3,\"subscribe\":{}}", 1_000, output);
        assertThat(protocol.overdue(36_000)).isEmpty();
        assertThat(protocol.overdue(36_001)).contains("no ping");
        protocol.receive("{}", 30_000, output);
        assertThat(protocol.overdue(36_001)).isEmpty();
    }

    @Test
    void aFrameThatIsNotJsonDropsTheConnection() {
        protocol.open(0);
        receive("{\"id\":1,");

        assertThat(dropped).hasSize(1).allMatch(drop -> drop.endsWith("true"));
    }

    @Test
    void repliesToNothingAndForeignChannelsAreIgnored() {
        protocol.open(0);
        receive("{\"id\":99,\"subscribe\":{}}");
        receive("{\"push\":{\"channel\":\"zzz\",\"pub\":{\"data\":1}}}");
        receive("{\"push\":{\"later\":{}}}");

        assertThat(events).isEmpty();
        assertThat(dropped).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, true", "1006, true", "1009, false", "3000, true", "3499, true", "3500, false",
        "3999, false", "4000, true", "4499, true", "4500, false", "4999, false", "5000, true"
    })
    void closeCodesSayWhetherToComeBack(int code, boolean again) {
        assertThat(ClientProtocol.reconnects(code)).isEqualTo(again);
    }

    private void receive(String frame) {
        protocol.receive(frame, 0, output);
    }

    private List<String> received() {
        return events.stream()
                .filter(ClientEvent.Received.class::isInstance)
                .map(ClientEvent.Received.class::cast)
                .map(event -> event.channel() + " " + event.offset() + " " + text(event.data()))
                .toList();
    }

    private static String text(JsonNode data) {
        return data.toString();
    }
}
