package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class OriginsTest {
    @ParameterizedTest
    @CsvSource({
        "'',,node:8000,true",
        "'',http://node:8000,node:8000,true",
        "'',http://NODE:8000,node:8000,true",
        "'',http://node:8001,node:8000,false",
        "'',http://node:8000,,false",
        "'',null,node:8000,false",
        "'',http://a b,node:8000,false",
        "https://app.example,,node,true",
        "https://app.example,HTTPS://App.Example,node,true",
        "https://app.example,https://app.example.evil,node,false",
        "https://app.example,http://app.example,node,false",
        "https://app.example,http://node,node,false",
        "*,https://anything.example,node,true"
    })
    void allows(String configured, String origin, String host, boolean allowed) {
        List<String> list = configured.isEmpty() ? List.of() : List.of(configured);
        assertThat(new Origins(list).allowed(origin, host)).isEqualTo(allowed);
    }
}
