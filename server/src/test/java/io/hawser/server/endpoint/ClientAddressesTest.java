package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.binding.AddressRange;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.websocket.UpgradeRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is believed about where a client comes from. */
class ClientAddressesTest {
    private static ClientAddresses trusting(String... proxies) {
        return new ClientAddresses(ranges("[" + String.join(", ", proxies) + "]"));
    }

    private static List<AddressRange> ranges(String yaml) {
        return ConfigLoader.load(
                        Optional.empty(), Map.of(), List.of("node.trusted_proxies=" + yaml))
                .node()
                .trustedProxies();
    }

    /** 10.0.0.0/8 and fd00::/8 are ours; headers are separated by a bar. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    203.0.113.9 ; 198.51.100.1                       ; 203.0.113.9
                    10.0.0.1    ; ''                                 ; 10.0.0.1
                    10.0.0.1    ; 198.51.100.1                       ; 198.51.100.1
                    10.0.0.1    ; 192.0.2.66, 198.51.100.1           ; 198.51.100.1
                    10.0.0.1    ; 192.0.2.66, 198.51.100.1, 10.9.9.9 ; 198.51.100.1
                    10.0.0.1    ; 10.1.1.1, 198.51.100.1, 10.9.9.9   ; 198.51.100.1
                    10.0.0.1    ; 10.1.1.1, 10.2.2.2                 ; 10.1.1.1
                    10.0.0.1    ; 192.0.2.66 | 198.51.100.1          ; 198.51.100.1
                    10.0.0.1    ; 198.51.100.1 | 10.2.2.2            ; 198.51.100.1
                    10.0.0.1    ; unknown                            ; 10.0.0.1
                    10.0.0.1    ; 198.51.100.1, somebody, 10.2.2.2   ; 10.2.2.2
                    10.0.0.1    ; 198.51.100.1:4711                  ; 198.51.100.1
                    10.0.0.1    ; 2001:db8::7                        ; 2001:db8:0:0:0:0:0:7
                    10.0.0.1    ; [2001:db8::7]:4711                 ; 2001:db8:0:0:0:0:0:7
                    10.0.0.1    ; [2001:db8::7                       ; 10.0.0.1
                    10.0.0.1    ; ::ffff:198.51.100.1                ; 198.51.100.1
                    10.0.0.1    ; localhost                          ; 10.0.0.1
                    10.0.0.1    ; 1                                  ; 10.0.0.1
                    10.0.0.1    ; , ,                                ; 10.0.0.1
                    fd00::1     ; 198.51.100.1                       ; 198.51.100.1
                    fe80::1     ; 198.51.100.1                       ; fe80:0:0:0:0:0:0:1
                    """)
    void theRightMostThatIsNoTrustedProxy(String peer, String headers, String client)
            throws Exception {
        ClientAddresses addresses = trusting("10.0.0.0/8", "\"fd00::/8\"");
        List<String> forwarded =
                headers.isEmpty() ? List.of() : List.of(headers.strip().split(" \\| "));

        assertThat(addresses.client(InetAddress.ofLiteral(peer), forwarded).getHostAddress())
                .isEqualTo(client);
    }

    @Test
    void thisHostIsBelievedByDefaultAndNobodyWhereTheListIsEmpty() {
        List<AddressRange> standard =
                ConfigLoader.load(Optional.empty(), Map.of(), List.of()).node().trustedProxies();

        assertThat(new ClientAddresses(standard).of(request("127.0.0.1"))).isEqualTo("192.0.2.1");
        assertThat(new ClientAddresses(standard).of(request("::1"))).isEqualTo("192.0.2.1");
        assertThat(new ClientAddresses(standard).of(request("10.0.0.1"))).isEqualTo("10.0.0.1");
        assertThat(new ClientAddresses(ranges("[]")).of(request("127.0.0.1")))
                .isEqualTo("127.0.0.1");
    }

    private static UpgradeRequest request(String peer) {
        return new UpgradeRequest(
                "/",
                "",
                Map.of(),
                Map.of("x-forwarded-for", List.of("192.0.2.66, 192.0.2.1")),
                "",
                InetAddress.ofLiteral(peer));
    }
}
