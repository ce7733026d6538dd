package io.hawser.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * Calls that a measurement makes many times a second beside what it measures, on the same cores:
 * {@link HttpURLConnection} keeps its connections too and has no threads of its own. Thread-safe.
 */
final class LightHttp {
    private LightHttp() {}

    /** The body of a GET, whatever its status. */
    static String get(URI address, Duration limit) throws IOException {
        return body(open(address, limit));
    }

    /** The body of the answer to a POST of JSON, which may come twice to a node that breaks off. */
    static String post(URI address, String json, Duration limit) throws IOException {
        HttpURLConnection connection = open(address, limit);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(json.getBytes(UTF_8));
        }
        return body(connection);
    }

    private static HttpURLConnection open(URI address, Duration limit) throws IOException {
        var connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestProperty("X-API-Key", TestCluster.API_KEY);
        connection.setConnectTimeout((int) limit.toMillis());
        connection.setReadTimeout((int) limit.toMillis());
        return connection;
    }

    private static String body(HttpURLConnection connection) throws IOException {
        boolean isError = connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
        try (InputStream in = isError ? connection.getErrorStream() : connection.getInputStream()) {
            return in == null ? "" : new String(in.readAllBytes(), UTF_8);
        }
    }
}
