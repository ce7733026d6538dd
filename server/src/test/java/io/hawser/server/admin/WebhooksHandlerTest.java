package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.cluster.Answer;
import io.hawser.grid.cluster.NodeId;
import io.hawser.server.binding.Secret;
import io.hawser.server.hook.Letter;
import io.hawser.server.hook.Mark;
import io.hawser.server.hook.Post;
import io.hawser.server.hook.Spool;
import io.hawser.server.hook.WebhookSettings;
import io.hawser.server.http.JsonResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The webhook's figures and dead letters over HTTP, of two nodes of which one does not answer. */
@Timeout(60)
class WebhooksHandlerTest {
    private static final Letter OLD = new Letter("a", "alert", "{}", 1, 3, "status 500", 10);
    private static final Letter NEW = new Letter("b", "alert", "{}", 2, 1, "status 400", 20);

    @TempDir Path directory;

    private final List<Mark> told = new CopyOnWriteArrayList<>();

    private Post post() throws IOException {
        var settings =
                new WebhookSettings(
                        URI.create("http://127.0.0.1:1/"),
                        "",
                        Duration.ofSeconds(1),
                        1,
                        Duration.ofSeconds(1),
                        10);
        Spool dead = Spool.open(directory.resolve("dead"), 10, 100_000);
        dead.add(OLD);
        dead.add(NEW);
        return new Post(
                settings,
                Spool.open(directory.resolve("queue"), 10, 100_000),
                dead,
                new Post.Turn(_ -> false, _ -> {}),
                InstantSource.system());
    }

    private WebhooksHandler.Office office(Post post) {
        return new WebhooksHandler.Office(
                post,
                (_, question, _, _) ->
                        CompletableFuture.completedFuture(
                                List.of(
                                        new Answer.Given(
                                                new NodeId("n1"),
                                                WebhooksHandler.answer(post, question)),
                                        new Answer.Missing(new NodeId("n2"), "slow"))),
                this::tell);
    }

    private CompletionStage<String> tell(Mark mark) {
        told.add(mark);
        return CompletableFuture.completedFuture("sent");
    }

    private static TestHttp http(WebhooksHandler.@Nullable Office office) {
        return new TestHttp(
                new WebhooksHandler(
                        new Secret("k"),
                        office,
                        exchange -> JsonResponse.notFound(exchange, "next")));
    }

    private static HttpResponse<String> get(TestHttp http, String path) {
        return http.send(http.request(path).header("X-API-Key", "k"));
    }

    private static HttpResponse<String> post(TestHttp http, String path) {
        return http.send(http.request(path).header("X-API-Key", "k").POST(BodyPublishers.noBody()));
    }

    @Test
    void deadLettersAreListedNewestFirstAndSentAgain() throws IOException {
        try (Post post = post();
                var http = http(office(post))) {
            assertThat(get(http, "/admin/v1/webhooks").body())
                    .isEqualTo("{\"waiting\":0,\"dead\":2,\"sent\":0,\"failed\":0,\"dropped\":0}");
            assertThat(get(http, "/admin/v1/webhooks/dead").body())
                    .startsWith(
                            "{\"dead_letters\":[{\"id\":\"b\",\"event\":\"alert\",\"body\":\"{}\",")
                    .contains("\"attempts\":3,\"problem\":\"status 500\",\"died_ms\":10}")
                    .endsWith("\"nodes_missing\":[\"n2\"]}");

            assertThat(post(http, "/admin/v1/webhooks/dead/a/retry").body())
                    .isEqualTo("{\"id\":\"a\",\"event\":\"alert\"}");
            assertThat(told).containsExactly(new Mark.Retry(OLD));
            assertThat(post.dead()).as("all do it when they hear of it").isEqualTo(2);
        }
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        try (Post post = post();
                var http = http(office(post))) {
            assertThat(http.get("/admin/v1/webhooks").statusCode()).isEqualTo(401);
            assertThat(post(http, "/admin/v1/webhooks/dead/x/retry").statusCode()).isEqualTo(404);
            assertThat(get(http, "/admin/v1/webhooks/dead/a/retry").statusCode()).isEqualTo(405);
            assertThat(post(http, "/admin/v1/webhooks/dead").statusCode()).isEqualTo(405);
            assertThat(get(http, "/admin/v1/webhooks/other").statusCode()).isEqualTo(404);
            assertThat(get(http, "/admin/v1/nodes").body()).contains("next");
            assertThat(told).isEmpty();
        }
        try (var http = http(null)) {
            assertThat(get(http, "/admin/v1/webhooks").body()).contains("events.webhook.url");
        }
    }
}
