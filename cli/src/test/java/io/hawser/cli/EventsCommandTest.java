package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code hawser events} against a real HTTP server in the place of a node. */
@Timeout(60)
class EventsCommandTest {
    private static final String FAILED =
            "{\"id\":\"f-1\",\"type\":\"node.failed\",\"time_ms\":1700000000000,\"by\":\"n1\","
                    + "\"incarnation\":3,\"data\":{\"node\":\"n2\",\"incarnation\":7,\"connections\":45}}";
    private static final String LATER =
            "{\"id\":\"w-1\",\"type\":\"weather\",\"time_ms\":1,\"by\":\"n1\",\"incarnation\":3,"
                    + "\"data\":{\"rain\":true}}";
    private static final String STREAM =
            ": events of the cluster\n\nid: f-1\nevent: node.failed\ndata: "
                    + FAILED
                    + "\n\n:\n\nid: w-1\nevent: weather\ndata: "
                    + LATER
                    + "\n\n";

    @Test
    void eachEventIsALineForPeople() {
        try (var node = new NodePeer(200, STREAM)) {
            Ran ran =
                    Ran.run(
                            "events",
                            "-n",
                            "2",
                            "--types",
                            "node,weather",
                            "--url",
                            node.url(),
                            "--api-key",
                            "k");

            assertThat(ran.code()).isZero();
            assertThat(ran.out().lines().toList())
                    .hasSize(2)
                    .anyMatch(
                            line ->
                                    line.endsWith(
                                            " node.failed     n2 (life 7) was given up, with 45"
                                                    + " connections (told by n1)"))
                    .anyMatch(
                            line -> line.endsWith("weather         {\"rain\":true} (told by n1)"));
            assertThat(node.requests().getFirst().path())
                    .isEqualTo("/admin/v1/events?types=node%2Cweather");
            assertThat(node.requests().getFirst().apiKey()).isEqualTo("k");
        }
    }

    @Test
    void programsGetWhatTheNodeSaysAndItGoesOnWhereItWas() {
        try (var node = new NodePeer(200, STREAM)) {
            Ran ran = Ran.run("events", "-n", "3", "-o", "json", "--url", node.url());

            assertThat(ran.code()).isZero();
            assertThat(ran.out()).isEqualTo(FAILED + "\n" + LATER + "\n" + FAILED + "\n");
            assertThat(ran.err()).contains("the node ended the stream, next try in", "again");
            assertThat(node.requests())
                    .extracting(NodePeer.Request::path)
                    .containsExactly("/admin/v1/events", "/admin/v1/events?since=w-1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    401 | ``                                                    | 4 | denied it
                    400 | {"error":{"code":400,"message":"no events like that"}} | 1 | no events like that
                    503 | {"error":{"code":503,"message":"starting"}}           | 1 | starting
                    404 | not found                                             | 1 | no JSON
                    """)
    void aFirstAnswerThatIsNoStreamIsAFailure(int status, String body, int code, String said) {
        try (var node = new NodePeer(status, body)) {
            Ran ran = Ran.run("events", "--url", node.url());

            assertThat(ran.code()).isEqualTo(code);
            assertThat(ran.err()).contains(said);
        }
        assertThat(Ran.run("events", "-n", "-1").code()).isEqualTo(2);
        assertThat(Ran.run("events", "--url", "http://127.0.0.1:1").code()).isEqualTo(3);
    }

    private static final String DEAD =
            "{\"dead_letters\":[{\"id\":\"f-2\",\"event\":\"alert\",\"body\":\"{}\",\"created_ms\":1,"
                    + "\"attempts\":20,\"problem\":\"status 500\",\"died_ms\":1700000000000},"
                    + "{\"id\":\"f-1\",\"event\":\"node.failed\",\"attempts\":1}],"
                    + "\"nodes_missing\":[\"n3\"],\"id\":\"f\",\"event\":\"alert\"}";

    @Test
    void deadLettersAreListedAndSentAgainAsTheyCame() {
        try (var node = new NodePeer(200, DEAD)) {
            Ran dead = Ran.run("webhooks", "dead", "--url", node.url());
            assertThat(dead.code()).isZero();
            assertThat(dead.out())
                    .containsPattern("2023-11-14T22:13:20Z +alert +20 +status 500 +f-2\n")
                    .contains("no answer from n3");

            assertThat(Ran.run("webhooks", "retry", "--all", "--url", node.url()).out())
                    .isEqualTo("alert f-1 waits again\nalert f-2 waits again\n");
            assertThat(Ran.run("webhooks", "retry", "a b", "--url", node.url()).code()).isZero();
            assertThat(node.requests())
                    .extracting(NodePeer.Request::path)
                    .containsExactly(
                            "/admin/v1/webhooks/dead",
                            "/admin/v1/webhooks/dead",
                            "/admin/v1/webhooks/dead/f-1/retry",
                            "/admin/v1/webhooks/dead/f-2/retry",
                            "/admin/v1/webhooks/dead/a%20b/retry");
        }
        assertThat(Ran.run("webhooks", "retry").code()).isEqualTo(2);
        assertThat(Ran.run("webhooks", "retry", "a", "--all").code()).isEqualTo(2);
        assertThat(Ran.run("webhooks").code()).isEqualTo(2);
    }
}
