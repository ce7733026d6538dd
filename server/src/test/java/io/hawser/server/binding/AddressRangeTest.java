package io.hawser.server.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hawser.server.config.ConfigLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 10.0.0.6, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.200.0.1, true",
        "192.168.16.0/20, 192.168.31.255, true",
        "192.168.16.0/20, 192.168.32.0, false",
        "172.16.0.0/12, 172.31.0.1, true",
        "172.16.0.0/12, 172.32.0.1, false",
        "10.0.0.6/31, 10.0.0.7, true",
        "10.0.0.6/32, 10.0.0.7, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 203.0.113.9, false",
        "::/0, 2001:db8::1, true",
        "::1, ::1, true",
        "::1, ::2, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::ffff:10.0.0.7, 10.0.0.7, true"
    })
    void contains(String range, String address, boolean contained) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10",
                "10/8",
                "10.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.256",
                "10.0.0.0/255.0.0.0",
                "::1/129",
                "::1%lo",
                "[::1]",
                ":::",
                "localhost",
                "10.0.0.0 /8",
                "*"
            })
    void isNeitherAddressNorRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text));
    }

    @Test
    void listsHaveTheirDefaultUnlessTheyAreGiven() {
        assertThat(trusted()).hasToString("[127.0.0.0/8, ::1]");
        assertThat(trusted("node.trusted_proxies=")).isEmpty();
        assertThat(trusted("node.trusted_proxies=[]")).isEmpty();
        assertThat(trusted("node.trusted_proxies=[\"::1\", \"fd00::/8\"]"))
                .containsExactly(AddressRange.parse("::1"), AddressRange.parse("fd00::/8"));
    }

    private static List<AddressRange> trusted(String... sets) {
        return ConfigLoader.load(Optional.empty(), Map.of(), List.of(sets)).node().trustedProxies();
    }
}
