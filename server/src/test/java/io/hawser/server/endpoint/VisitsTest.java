package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.affinity.GivenSessions;
import io.hawser.grid.cluster.NodeId;
import io.hawser.server.session.Continuity;
import io.hawser.server.session.SessionIds;
import io.hawser.server.session.Visit;
import io.hawser.server.websocket.UpgradeRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

class VisitsTest {
    private static final String ID = "0123456789abcdefABCDEF";
    private static final String GIVEN = GivenSessions.newId(new NodeId("n".repeat(64)));

    private final Visits cookies =
            new Visits(new Continuity.Rules(true, "x-region", 60, () -> GIVEN));
    private final Visits plain = new Visits(new Continuity.Rules(false, "", 60, () -> GIVEN));

    private static UpgradeRequest request(
            Map<String, List<String>> parameters, Map<String, List<String>> headers) {
        return new UpgradeRequest(
                "/", "", parameters, headers, "key", InetAddress.getLoopbackAddress());
    }

    private static UpgradeRequest withCookie(String... values) {
        return request(Map.of(), Map.of("cookie", List.of(values)));
    }

    @Test
    void theUrlGoesBeforeTheCookie() {
        var both =
                request(
                        Map.of("session", List.of(ID)),
                        Map.of("cookie", List.of("hawser_session=1111111111111111")));
        assertThat(cookies.of(both)).isEqualTo(new Visit(ID, false, ""));
        assertThat(cookies.given(both)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hawser_session=" + ID,
                "a=b; hawser_session=" + ID,
                "a=b;hawser_session=" + ID + " ; c",
                "hawser_sessions=x; hawser_session=" + ID,
            })
    void findsTheCookie(String header) {
        assertThat(plain.of(withCookie(header))).isEqualTo(new Visit(ID, false, ""));
        assertThat(plain.of(withCookie("x=y", header)).session()).isEqualTo(ID);
        assertThat(cookies.given(withCookie(header))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hawser_session=short",
                "hawser_session=0123456789abcdef!",
                "hawser_session=\u0000123456789abcdef0",
                "xhawser_session=" + ID,
                "hawser_session",
                "hawser_session=",
                ";;;",
                "",
            })
    void whatCannotBeAnIdIsNone(String header) {
        assertThat(plain.of(withCookie(header))).isSameAs(Visit.PLAIN);
        assertThat(cookies.given(withCookie(header))).startsWith("hawser_session=" + GIVEN + ";");
    }

    @Test
    void theRegionIsInAHeader() {
        var request = request(Map.of(), Map.of("x-region", List.of("eu")));
        assertThat(cookies.of(request).region()).isEqualTo("eu");
        assertThat(plain.of(request)).isSameAs(Visit.PLAIN);
    }

    @Test
    void everyIdIsNewAndCanBeShownAgain() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = GivenSessions.newId(new NodeId("n-1.west_2"));
            assertThat(SessionIds.orEmpty(id)).isEqualTo(id);
            assertThat(ids.add(id)).isTrue();
        }
        assertThat(SessionIds.orEmpty("x".repeat(97))).isEmpty();
    }
}
