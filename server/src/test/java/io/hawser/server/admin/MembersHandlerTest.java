package io.hawser.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.presence.MemberPage;
import io.hawser.grid.presence.PresenceException;
import io.hawser.grid.presence.PresenceStats;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.binding.Secret;
import io.hawser.server.http.JsonResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Pages of a channel's members over HTTP. */
@Timeout(60)
class MembersHandlerTest {
    private static final MemberPage PAGE =
            new MemberPage(
                    List.of(
                            new MemberPage.Located(
                                    "n1",
                                    new ClientInfo(
                                            "ann", "c1", Payload.of("{\"a\": 1}"), Payload.EMPTY)),
                            new MemberPage.Located(
                                    "n2",
                                    new ClientInfo(
                                            "", "c2", Payload.of("no json"), Payload.of("2")))),
                    "c2",
                    new PresenceStats(7, 5),
                    List.of("n3"));

    private final TestHttp http =
            new TestHttp(
                    new MembersHandler(
                            new Secret("k"),
                            MembersHandlerTest::kept,
                            MembersHandlerTest::page,
                            exchange -> JsonResponse.notFound(exchange, "next")));

    @AfterEach
    void close() {
        http.close();
    }

    private static MembersHandler.Kept kept(String channel) {
        if (channel.startsWith("no:")) {
            return MembersHandler.Kept.NO_NAMESPACE;
        }
        return channel.equals("off") ? MembersHandler.Kept.NOTHING : MembersHandler.Kept.MEMBERS;
    }

    private static CompletionStage<MemberPage> page(String channel, String after, int limit) {
        if (channel.equals("hung")) {
            return CompletableFuture.failedFuture(new PresenceException("no answer"));
        }
        String asked = channel + "|" + after + "|" + limit;
        return CompletableFuture.completedFuture(
                asked.equals("a/b c|c0|2")
                        ? PAGE
                        : new MemberPage(
                                List.of(
                                        new MemberPage.Located(
                                                "n1",
                                                new ClientInfo(
                                                        asked, "c", Payload.EMPTY, Payload.EMPTY))),
                                null,
                                new PresenceStats(1, 1),
                                List.of()));
    }

    private HttpResponse<String> get(String query) {
        return http.send(http.request("/admin/v1/presence" + query).header("X-API-Key", "k"));
    }

    @Test
    void aPageTellsWhoWhereAndWhatIsNext() {
        HttpResponse<String> page = get("?channel=a/b%20c&cursor=c0&limit=2");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .isEqualTo(
                        "{\"channel\":\"a/b c\",\"num_clients\":7,\"num_users\":5,\"members\":["
                                + "{\"client\":\"c1\",\"user\":\"ann\",\"node\":\"n1\",\"conn_info\":{\"a\": 1}},"
                                + "{\"client\":\"c2\",\"user\":\"\",\"node\":\"n2\",\"chan_info\":2}],"
                                + "\"next\":\"c2\",\"nodes_missing\":[\"n3\"]}");
    }

    @Test
    void theFirstPageHasAHundredMembersAndTheLastNamesNoNext() {
        assertThat(get("?channel=news").body())
                .contains("\"user\":\"news||100\"")
                .doesNotContain("next");
        assertThat(get("?channel=news&limit=1000").body()).contains("news||1000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                        | 400 | channel must be
                    ?channel=                 | 400 | channel must be
                    ?channel=news&limit=0     | 400 | limit must be 1 to 1000
                    ?channel=news&limit=1001  | 400 | limit must be 1 to 1000
                    ?channel=news&limit=many  | 400 | limit must be 1 to 1000
                    ?channel=no:news          | 404 | namespace of channel no:news is not configured
                    ?channel=off              | 409 | channel off keeps no presence
                    ?channel=hung             | 503 | the grid does not answer
                    """)
    void whatIsWrongIsNamed(String query, int status, String said) {
        HttpResponse<String> response = get(query);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(said);
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        HttpResponse<String> response = get("?channel=news&cursor=" + "x".repeat(256));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("cursor must be");
    }

    @Test
    void theKeyIsNeededAndOtherThingsAreNotHere() {
        assertThat(http.get("/admin/v1/presence?channel=news").statusCode()).isEqualTo(401);
        assertThat(
                        http.send(
                                        http.request("/admin/v1/presence?channel=news")
                                                .header("X-API-Key", "k")
                                                .POST(BodyPublishers.noBody()))
                                .statusCode())
                .isEqualTo(405);
        assertThat(http.get("/admin/v1/other").body()).contains("next");
    }
}
