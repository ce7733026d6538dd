package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.RedisServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Two nodes that publish in batches: one shows what clients and the server API of the other
 * publish; patterns are nothing to clients.
 */
@Timeout(120)
class ChannelsWatchIT {
    private static String next(BufferedReader lines, String type) throws IOException {
        String line = lines.readLine();
        while (!("event: " + type).equals(line)) {
            assertThat(line).as("before " + type).isNotNull();
            line = lines.readLine();
        }
        return lines.readLine();
    }

    @Test
    void oneNodeShowsWhatIsPublishedAtTheOther() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TwoNodes nodes = new TwoNodes(redis, "broker.batch_delay=20ms");
                Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), nodes.node(2).adminPort());
                TwoNodes.Client client = nodes.connect(1, TwoNodes.token("ann"))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            String.join(
                                            "\r\n",
                                            "GET /admin/v1/channels/watch?pattern=kept:* HTTP/1.0",
                                            "Host: here",
                                            "X-API-Key: key",
                                            "",
                                            "")
                                    .getBytes(StandardCharsets.US_ASCII));
            var lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            next(lines, "complete");

            client.socket().text("{\"id\":2,\"subscribe\":{\"channel\":\"kept:*\"}}");
            client.awaitText("\"id\":2,\"subscribe\"");
            StringBuilder publishes = new StringBuilder();
            for (int i = 1; i <= 5; i++) {
                publishes
                        .append(i == 1 ? "" : "\n")
                        .append(
                                "{\"id\":%d,\"publish\":{\"channel\":\"kept:a\",\"data\":%d}}"
                                        .formatted(10 + i, i));
            }
            client.socket().text(publishes.toString());
            List<String> seen = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                seen.add(next(lines, "publication"));
            }
            for (int i = 1; i <= 5; i++) {
                assertThat(seen.get(i - 1))
                        .contains(
                                "\"channel\":\"kept:a\",\"offset\":" + i + ",",
                                "\"data\":" + i + ",\"user\":\"ann\"");
            }
            nodes.api(1, "publish", "{\"channel\":\"other\",\"data\":0}");
            nodes.api(1, "publish", "{\"channel\":\"kept:*\",\"data\":6}");
            assertThat(next(lines, "publication")).contains("\"channel\":\"kept:*\"");
            // The first that this subscriber gets is the one for the channel of that very name.
            assertThat(client.awaitText("\"push\"")).contains("\"channel\":\"kept:*\"", "6");
        }
    }
}
