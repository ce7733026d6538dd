package io.hawser.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.admin.TestHttp;
import io.hawser.server.binding.Secret;
import io.prometheus.client.CollectorRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

class BulkPublishTest {
    private static final String KEY = "k3y";

    private final TestApi node = new TestApi();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final ApiMetrics metrics = new ApiMetrics(registry);
    private final TestHttp http =
            new TestHttp(new ApiHandler(new Secret(KEY), node.api, metrics, 60_000));

    @AfterEach
    void close() {
        http.close();
        node.close();
    }

    private List<String> bulk(String body) {
        HttpResponse<String> response = post("/api/publish_bulk", "text/plain", body);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestHttp.header(response, "Content-Type")).isEqualTo("application/x-ndjson");
        return response.body().lines().toList();
    }

    private HttpResponse<String> post(String path, String type, String body) {
        return http.send(
                http.request(path)
                        .header("X-API-Key", KEY)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body)));
    }

    private static String line(String channel, int n) {
        return "{\"channel\":\"" + channel + "\",\"data\":{\"n\":" + n + "}}\n";
    }

    @Test
    void everyLineHasItsReplyInItsPlace() {
        List<String> replies =
                bulk(
                        line("h:a", 1)
                                + "no JSON\n"
                                + "\n"
                                + line("nowhere:a", 2)
                                + line("h:a", 3)
                                + "{\"channel\":\"h:a\"}\n"
                                + line("h:a", 4).trim());

        assertThat(replies).hasSize(6);
        assertThat(replies.get(0)).contains("\"offset\":1,");
        assertThat(replies.get(1)).contains("\"code\":107").contains("not JSON");
        assertThat(replies.get(2)).contains("\"code\":102");
        assertThat(replies.get(3)).contains("\"offset\":2,");
        assertThat(replies.get(4)).contains("\"code\":107").contains("data is missing");
        assertThat(replies.get(5)).contains("\"offset\":3,");
        assertThat(node.call("history", "{\"channel\":\"h:a\",\"limit\":-1}"))
                .contains("{\"n\":1}", "{\"n\":3}", "{\"n\":4}");
        assertThat(registry.getSampleValue("hawser_api_calls_total", LABELS, values("0")))
                .isEqualTo(3);
        assertThat(registry.getSampleValue("hawser_api_calls_total", LABELS, values("107")))
                .isEqualTo(2);
    }

    private static final String[] LABELS = {"method", "code"};

    private static String[] values(String code) {
        return new String[] {"publish_bulk", code};
    }

    @Test
    void thousandsOfLinesAreStoredInTheirOrder() {
        StringBuilder body = new StringBuilder();
        int lines = 5_000;
        for (int i = 1; i <= lines; i++) {
            body.append(line("h:many", i));
        }

        List<String> replies = bulk(body.toString());

        assertThat(replies).hasSize(lines);
        for (int i = 1; i <= lines; i++) {
            assertThat(replies.get(i - 1)).contains("\"offset\":" + i + ",");
        }
        assertThat(node.call("history", "{\"channel\":\"h:many\",\"limit\":1,\"reverse\":true}"))
                .contains("{\"n\":5000}");
    }

    @Test
    void theContentTypeMakesAPublishABulk() {
        HttpResponse<String> response =
                post(
                        "/api/publish",
                        "application/x-ndjson; charset=utf-8",
                        line("h:a", 1) + line("h:a", 2));

        assertThat(response.body().lines()).hasSize(2);
    }

    @Test
    void beyondSoManyLinesThereIsOneErrorMore() {
        List<String> replies = bulk("x\n".repeat(100_001) + line("h:never", 1));

        assertThat(replies).hasSize(100_001);
        assertThat(replies.get(99_999)).contains("the body is not");
        assertThat(replies.get(100_000)).contains("more than 100000 lines in one call");
        assertThat(node.call("history", "{\"channel\":\"h:never\"}")).contains("\"offset\":0");
    }

    @Test
    void aLineThatIsTooLongHasAnErrorAndTheNextIsPublished() {
        String long1 = "{\"channel\":\"h:a\",\"data\":\"" + "x".repeat(1 << 20) + "\"}\n";

        List<String> replies = bulk(long1 + line("h:a", 1));

        assertThat(replies).hasSize(2);
        assertThat(replies.get(0)).contains("the line is longer than 1048576");
        assertThat(replies.get(1)).contains("\"offset\":1,");
    }

    @Test
    void isRefusedWithoutTheKeyOrWithAnotherMethod() {
        assertThat(
                        http.send(
                                        http.request("/api/publish_bulk")
                                                .POST(BodyPublishers.ofString(line("h:a", 1))))
                                .statusCode())
                .isEqualTo(401);
        assertThat(http.send(http.request("/api/publish_bulk").header("X-API-Key", KEY).GET()))
                .extracting(HttpResponse::statusCode)
                .isEqualTo(405);
    }

    @Test
    void whoWaitsForAReplyBeforeItGoesOnGetsItAndTheConnectionIsKept() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), http.port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int call = 0; call < 2; call++) {
                write(
                        out,
                        "POST /api/publish_bulk HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                                + KEY
                                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 1; i <= 3; i++) {
                    String line = line("h:a", i);
                    write(out, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
                    await(in, "\"offset\":" + (3 * call + i) + ",");
                }
                write(out, "0\r\n\r\n");
            }
        }
    }

    @Test
    void aBodyThatDoesNotEndGetsWhatItHasAndAnError() throws IOException {
        var api = new ApiHandler(new Secret(KEY), node.api, metrics, 3_000);
        try (var impatient = new TestHttp(api);
                var socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port)) {
            socket.setSoTimeout(20_000);
            write(
                    socket.getOutputStream(),
                    "POST /api/publish_bulk HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                            + KEY
                            + "\r\nContent-Length: 1000\r\n\r\n"
                            + line("h:a", 1));
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            await(in, "\"offset\":1,");
            await(in, "the body has not come in 3000 ms");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void await(BufferedReader in, String wanted) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(wanted)) {
                return;
            }
        }
        throw new AssertionError("the connection ended before " + wanted);
    }
}
