package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.RedisServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code "ack": "nodes"} of the server API: a reply says who has got the publication. */
@Timeout(120)
class PublishReceiptsIT {
    private static TwoNodes.Client subscriber(TwoNodes nodes, int node, String channel)
            throws Exception {
        TwoNodes.Client client = nodes.connect(node, TwoNodes.token("ann"));
        client.socket().text("{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        client.awaitText("\"id\":2,\"subscribe\"");
        return client;
    }

    @Test
    void aReplyCountsThoseWhoHaveGotIt() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TwoNodes nodes = new TwoNodes(redis);
                var here = subscriber(nodes, 1, "kept:a");
                var there = subscriber(nodes, 2, "kept:a");
                var alsoThere = subscriber(nodes, 2, "kept:a");
                var live = subscriber(nodes, 2, "live")) {
            for (int i = 1; i <= 50; i++) {
                String body = "{\"channel\":\"kept:a\",\"data\":" + i + ",\"ack\":\"nodes\"}";
                assertThat(nodes.api(1, "publish", body).path("result").path("ack").toString())
                        .isEqualTo("{\"nodes\":2,\"subscribers\":3,\"missing\":[]}");
            }
            for (TwoNodes.Client client : new TwoNodes.Client[] {here, there, alsoThere}) {
                client.awaitText("\"data\":50");
            }
            String body = "{\"channel\":\"live\",\"data\":1,\"ack\":\"nodes\"}";
            assertThat(nodes.api(1, "publish", body).path("result").path("ack").toString())
                    .isEqualTo("{\"nodes\":1,\"subscribers\":1,\"missing\":[]}");
            live.awaitText("\"data\":1");
        }
    }
}
