package io.hawser.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.devkit.RedisServer;
import io.hawser.server.TwoNodes.Client;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/** A channel that grows beyond its two limits, on two nodes. */
class PresenceLimitsIT {
    private static RedisServer redis;
    private static TwoNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        nodes =
                new TwoNodes(
                        redis,
                        "channel={presence: true, join_leave: true, presence_max_members: 3,"
                                + " join_leave_max_members: 4}");
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
    void aChannelGrowsBeyondItsLimits() throws Exception {
        List<Client> all = new ArrayList<>();
        Client first = subscribed(all, 1);
        Client second = subscribed(all, 2);
        first.awaitText("\"join\":{\"info\":{\"user\":\"u2\",\"client\":\"" + second.id() + "\"");
        Client third = subscribed(all, 1);
        awaitCount(3);
        second.socket().text("{\"id\":9,\"presence\":{\"channel\":\"news\"}}");
        assertThat(second.awaitText("\"id\":9"))
                .contains("\"presence\":{\"presence\":{")
                .contains(first.id(), second.id(), third.id());

        Client fourth = subscribed(all, 2);
        first.awaitText(fourth.id());
        awaitCount(4);
        second.socket().text("{\"id\":10,\"presence\":{\"channel\":\"news\"}}");
        assertThat(second.awaitText("\"id\":10")).contains("\"error\":{\"code\":106,");
        second.socket().text("{\"id\":11,\"presence_stats\":{\"channel\":\"news\"}}");
        assertThat(second.awaitText("\"id\":11"))
                .contains("\"presence_stats\":{\"num_clients\":4,\"num_users\":4}");
        checkPages(all);

        Client fifth = subscribed(all, 2);
        awaitCount(5);
        nodes.api(2, "publish", "{\"channel\":\"news\",\"data\":\"behind the fifth\"}");
        assertThat(until(first, "behind the fifth")).noneMatch(line -> line.contains(fifth.id()));

        fifth.close();
        fourth.close();
        awaitCount(3);
        // Three of four is small again, on each node that has heard of it.
        await().atMost(TwoNodes.LIMIT)
                .untilAsserted(
                        () -> {
                            Client more = subscribed(new ArrayList<>(), 1);
                            nodes.api(1, "publish", "{\"channel\":\"news\",\"data\":\"mark\"}");
                            boolean told =
                                    until(first, "mark").stream()
                                            .anyMatch(line -> line.contains(more.id()));
                            more.close();
                            awaitCount(3);
                            assertThat(told).isTrue();
                        });
        first.close();
        second.close();
        third.close();
    }

    private static void checkPages(List<Client> all) {
        JsonNode page = nodes.admin(1, "GET", "presence?channel=news&limit=3");
        assertThat(page.path("num_clients").asInt(0)).isEqualTo(4);
        assertThat(page.path("nodes_missing").isEmpty()).isTrue();
        List<String> clients = new ArrayList<>();
        List<String> homes = new ArrayList<>();
        page.path("members")
                .forEach(
                        member -> {
                            clients.add(member.path("client").asString(""));
                            homes.add(member.path("node").asString(""));
                        });
        assertThat(clients).hasSize(3).isSorted();
        assertThat(homes).contains("n1", "n2");
        String next = page.path("next").asString("");
        assertThat(next).isEqualTo(clients.getLast());
        JsonNode rest = nodes.admin(2, "GET", "presence?channel=news&limit=3&cursor=" + next);
        assertThat(rest.path("members").size()).isEqualTo(1);
        assertThat(rest.has("next")).isFalse();
        clients.add(rest.path("members").path(0).path("client").asString(""));
        assertThat(clients)
                .containsExactlyInAnyOrderElementsOf(all.stream().map(Client::id).toList());
    }

    private static Client subscribed(List<Client> all, int node) throws Exception {
        int number = all.size() + 1;
        Client client = nodes.connect(node, TwoNodes.token("u" + number));
        client.socket().text("{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"join_leave\":true}}");
        client.awaitText("\"id\":2");
        all.add(client);
        return client;
    }

    private static void awaitCount(int clients) {
        for (int node = 1; node <= 2; node++) {
            int asked = node;
            await().atMost(TwoNodes.LIMIT)
                    .until(
                            () ->
                                    nodes.api(asked, "presence_stats", "{\"channel\":\"news\"}")
                                                    .path("result")
                                                    .path("num_clients")
                                                    .asInt(0)
                                            == clients);
        }
    }

    /** What comes, up to what contains the text. */
    private static List<String> until(Client client, String wanted) throws Exception {
        List<String> came = new ArrayList<>();
        do {
            came.add(client.socket().read().text());
        } while (!came.getLast().contains(wanted));
        return came;
    }
}
