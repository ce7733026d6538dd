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

    /** How requests for them begin. */
    private final List<String> starts;

    UpgradeParser(Set<String> paths) {
        this.paths = paths;
        this.starts = paths.stream().map(path -> METHOD + path).toList();
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
        for (String start : starts) {
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
        int end = head.indexOf("\r\n");
        String first = end < 0 ? head : head.substring(0, end);
        if (!first.endsWith(VERSION)) {
            return null;
        }
        String target = first.substring(METHOD.length(), first.length() - VERSION.length());
        Map<String, List<String>> headers = headers(head, first.length());
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
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /**
     * The headers, null if they are none or too many. Plain loops from here on: as streams they
     * were a tenth of an I/O thread's time while a crowd came in.
     *
     * @param firstEnd where the first line ends
     */
    private static @Nullable Map<String, List<String>> headers(String head, int firstEnd) {
        Map<String, List<String>> headers = HashMap.newHashMap(16);
        int lines = 0;
        for (int from = firstEnd; from < head.length(); lines++) {
            int start = from + 2;
            int end = head.indexOf("\r\n", start);
            from = end < 0 ? head.length() : end;
            int colon = head.indexOf(':', start, from);
            if (colon <= start || lines == MAX_HEADERS) {
                return null;
            }
            String name = head.substring(start, colon);
            String value = withoutBlanks(head.substring(colon + 1, from));
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
        for (int i = 0; i < name.length(); i++) {
            if (NOT_IN_A_NAME.indexOf(name.charAt(i)) >= 0) {
                return false;
            }
        }
        return isVisible(name);
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0x7f || (c < ' ' && c != '\t')) {
                return false;
            }
        }
        return true;
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
        for (String element : request.listed(header)) {
            if (element.equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }
}
