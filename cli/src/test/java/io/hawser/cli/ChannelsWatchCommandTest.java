package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code hawser channels watch} against a real HTTP server in the place of a node. */
@Timeout(60)
class ChannelsWatchCommandTest {
    private static final String STORED =
            "{\"channel\":\"news:1\",\"offset\":7,\"epoch\":\"e\",\"time_ms\":1,"
                    + "\"data\":{\"a\":[1,2]},\"user\":\"ann\",\"client\":\"c\"}";
    private static final String PASSING =
            "{\"channel\":\"news:2\",\"time_ms\":1,\"b64data\":\"AAE=\"}";
    private static final String STREAM =
            ": publications of channels\n\nevent: incomplete\ndata: {\"why\":\"nothing is heard"
                    + " yet\"}\n\nevent: complete\ndata: {}\n\nevent: publication\ndata: "
                    + STORED
                    + "\n\nevent: missed\ndata: {\"count\":12}\n\n:\n\nevent: publication\ndata: "
                    + PASSING
                    + "\n\n";

    @Test
    void publicationsAreLinesAndGapsAreNotes() {
        try (var node = new NodePeer(200, STREAM)) {
            Ran ran =
                    Ran.run(
                            "channels",
                            "watch",
                            "news:*",
                            "-n",
                            "2",
                            "--url",
                            node.url(),
                            "--api-key",
                            "k");

            assertThat(ran.code()).isZero();
            assertThat(ran.out()).isEqualTo("news:1 #7 (ann) {\"a\":[1,2]}\nnews:2 base64 AAE=\n");
            assertThat(ran.err())
                    .contains(
                            "from now on some may be missing: nothing is heard yet",
                            "from now on nothing is missing",
                            "12 publications were missed");
            assertThat(node.requests().getFirst().path())
                    .isEqualTo("/admin/v1/channels/watch?pattern=news%3A*");
            assertThat(node.requests().getFirst().apiKey()).isEqualTo("k");
        }
    }

    @Test
    void programsGetWhatTheNodeSaysAndItComesBack() {
        try (var node = new NodePeer(200, STREAM)) {
            Ran ran =
                    Ran.run("channels", "watch", "*", "-n", "3", "-o", "json", "--url", node.url());

            assertThat(ran.code()).isZero();
            assertThat(ran.out()).isEqualTo(STORED + "\n" + PASSING + "\n" + STORED + "\n");
            assertThat(ran.err()).contains("the node ended the stream, next try in", "again");
        }
    }

    @Test
    void withoutAPatternOrAKeyItSaysWhatIsMissing() {
        assertThat(Ran.run("channels", "watch", "").err()).contains("'*' stands for all channels");
        assertThat(Ran.run("channels").err()).contains("There is: watch");
        try (var node = new NodePeer(401, "{\"error\":{\"code\":401,\"message\":\"no\"}}")) {
            Ran ran = Ran.run("channels", "watch", "a", "--url", node.url());
            assertThat(ran.code()).isEqualTo(ExitCode.DENIED);
        }
    }
}
