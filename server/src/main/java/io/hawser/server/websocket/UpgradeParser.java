package io.hawser.server.websocket;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Recognises a well-formed upgrade request for one of our paths in the first bytes of a connection.
 * Whatever is not plainly one is HTTP, and the HTTP server has to answer it: this class refuses
 * nothing. Thread-safe.
 */
final class UpgradeParser {
    /** What a connection's first bytes are. */
    sealed interface Outcome {
        /** Could become one of ours; more bytes are needed. */
        record Incomplete() implements Outcome {}

        /** For the HTTP server. */
        record Http() implements Outcome {}

        /**
         * An upgrade request.
         *
         * @param length bytes of the request; what follows are frames already
         */
        record Upgrade(UpgradeRequest request, int length) implements Outcome {}
    }

    /** Larger request heads are left to the HTTP server, which has limits of its own. */
    static final int MAX_HEAD_BYTES = 8 * 1024;

    private static final Outcome INCOMPLETE = new Outcome.Incomplete();
    private static final Outcome HTTP = new Outcome.Http();
    private static final int MAX_HEADERS = 100;
    private static final int KEY_BYTES = 16;
    private static final String METHOD = "GET ";
    private static final String VERSION = " HTTP/1.1";
    private static final String NOT_IN_A_NAME = "\"(),/:;<=>?@[\\]{} \t";

    private final Set<String> paths;

    UpgradeParser(Set<String> paths) {
        this.paths = paths;
    }

    /** Looks at all bytes of {@code received} from 0 to its limit; does not move its position. */
    Outcome parse(ByteBuffer received, InetAddress peer) {
        byte[] bytes = new byte[Math.min(received.limit(), MAX_HEAD_BYTES)];
        received.get(0, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!mayBeOurs(text)) {
            return HTTP;
        }
        if (hasBareLineFeed(text)) {
            return HTTP;
        }
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return text.length() < MAX_HEAD_BYTES ? INCOMPLETE : HTTP;
        }
        UpgradeRequest request = request(text.substring(0, end), peer);
        return request == null ? HTTP : new Outcome.Upgrade(request, end + 4);
    }

    private boolean mayBeOurs(String text) {
        for (String path : paths) {
            String start = METHOD + path;
            if (text.length() < start.length()
                    ? start.startsWith(text)
                    : text.startsWith(start) && endsPath(text, start.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsPath(String text, int at) {
        return at >= text.length() || text.charAt(at) == ' ' || text.charAt(at) == '?';
    }

    /** Lines that end otherwise than ours do never become a head here: nothing is to be awaited. */
    private static boolean hasBareLineFeed(String text) {
        int end = text.indexOf("\r\n\r\n");
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (at == 0 || text.charAt(at - 1) != '\r') {
                return end < 0 || at < end;
            }
        }
        return false;
    }

    private @Nullable UpgradeRequest request(String head, InetAddress peer) {
        String[] lines = head.split("\r\n", -1);
        if (!lines[0].endsWith(VERSION) || lines.length - 1 > MAX_HEADERS) {
            return null;
        }
        String target = lines[0].substring(METHOD.length(), lines[0].length() - VERSION.length());
        Map<String, List<String>> headers = headers(lines);
        if (headers == null || !isVisible(target)) {
            return null;
        }
        int question = target.indexOf('?');
        String query = question < 0 ? "" : target.substring(question + 1);
        String path = question < 0 ? target : target.substring(0, question);
        try {
            var request =
                    new UpgradeRequest(
                            path,
                            query,
                            UpgradeRequest.parametersOf(query),
                            headers,
                            headers.getOrDefault("sec-websocket-key", List.of("")).getFirst(),
                            peer);
            return isUpgrade(request) ? request : null;
        } catch (IllegalArgumentException e) {
            return null; // a query that is none: the HTTP server answers
        }
    }

    private static boolean isVisible(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static @Nullable Map<String, List<String>> headers(String[] lines) {
        Map<String, List<String>> headers = HashMap.newHashMap(lines.length);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                return null;
            }
            String name = lines[i].substring(0, colon);
            String value = withoutBlanks(lines[i].substring(colon + 1));
            if (!isName(name) || !isValue(value)) {
                return null;
            }
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>(1))
                    .add(value);
        }
        return headers;
    }

    /** Blanks and tabs alone: any other control character makes the value a bad one. */
    private static String withoutBlanks(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isName(String name) {
        return isVisible(name) && name.chars().noneMatch(c -> NOT_IN_A_NAME.indexOf(c) >= 0);
    }

    private static boolean isValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f));
    }

    private boolean isUpgrade(UpgradeRequest request) {
        return paths.contains(request.path())
                && has(request, "upgrade", "websocket")
                && has(request, "connection", "upgrade")
                && isOnly(request, "sec-websocket-version", "13")
                && request.headers().getOrDefault("host", List.of()).size() == 1
                && request.headers().getOrDefault("sec-websocket-key", List.of()).size() == 1
                && isKey(request.key())
                && hasNoBody(request);
    }

    private static boolean hasNoBody(UpgradeRequest request) {
        return !request.headers().containsKey("transfer-encoding")
                && (!request.headers().containsKey("content-length")
                        || isOnly(request, "content-length", "0"));
    }

    private static boolean isOnly(UpgradeRequest request, String header, String value) {
        List<String> values = request.headers().get(header);
        return values != null && values.size() == 1 && values.getFirst().equals(value);
    }

    private static boolean has(UpgradeRequest request, String header, String token) {
        return request.listed(header).stream().anyMatch(token::equalsIgnoreCase);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }
}
