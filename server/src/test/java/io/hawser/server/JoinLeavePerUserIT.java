package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.devkit.RedisServer;
import io.hawser.server.TwoNodes.Client;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Users who come and go with several clients on two nodes, as a subscriber is told. */
class JoinLeavePerUserIT {
    private static RedisServer redis;
    private static TwoNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        nodes =
                new TwoNodes(
                        redis,
                        "channel={presence: true, join_leave: true, join_leave_per_user: true}");
    }

    @AfterAll
    static void stop() {
        if (nodes != null) {
            nodes.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void aUserIsToldOfOnce() throws Exception {
        Client watcher = subscribed(1, "watcher");
        Client first = subscribed(1, "ann");
        assertThat(watcher.awaitText("\"join\":{\"info\":{\"user\":\"ann\"")).contains(first.id());
        Client second = subscribed(2, "ann");
        Client third = subscribed(2, "ann");
        Client other = subscribed(2, "bob");
        assertThat(until(watcher, "\"user\":\"bob\"")).noneMatch(JoinLeavePerUserIT::isOfAnn);

        first.close();
        third.close();
        other.close();
        // Bob's leave is told after all of this node's were written.
        assertThat(until(watcher, "\"leave\":{\"info\":{\"user\":\"bob\""))
                .noneMatch(JoinLeavePerUserIT::isOfAnn);
        second.close();
        watcher.awaitText("\"leave\":{\"info\":{\"user\":\"ann\"");
        Client again = subscribed(1, "ann");
        assertThat(watcher.awaitText("\"join\":{\"info\":{\"user\":\"ann\"")).contains(again.id());
        again.close();
        watcher.close();
    }

    private static boolean isOfAnn(String line) {
        return line.contains("\"user\":\"ann\"");
    }

    private static Client subscribed(int node, String user) throws IOException {
        Client client = nodes.connect(node, TwoNodes.token(user));
        client.socket().text("{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"join_leave\":true}}");
        client.awaitText("\"id\":2");
        return client;
    }

    /** What comes, up to what contains the text. */
    private static List<String> until(Client client, String wanted) throws IOException {
        List<String> came = new ArrayList<>();
        do {
            came.add(client.socket().read().text());
        } while (!came.getLast().contains(wanted));
        return came;
    }
}
