package io.hawser.grid.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.lettuce.core.RedisURI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class RedisSettingsTest {
    private static RedisSettings settings(RedisMode mode, String... uris) {
        return new RedisSettings(mode, List.of(uris), RedisConnections.TIMEOUT, "");
    }

    @Test
    void saysWhichRedisItIsWithoutThePassword() {
        assertThat(settings(RedisMode.STANDALONE, "redis://u:secret@h/2").identity())
                .isEqualTo("h:6379/2");
        assertThat(settings(RedisMode.SENTINEL, "redis-sentinel://u:secret@a:1,b/2#m").identity())
                .isEqualTo("sentinel m/2");
        assertThat(settings(RedisMode.SHARDS, "redis://b", "redis://:secret@a:1").identity())
                .isEqualTo("shards a:1/0, b:6379/0");
        assertThat(settings(RedisMode.CLUSTER, "redis://a").identity()).isEqualTo("cluster");
    }

    @Test
    void everySentinelIsAskedForNotLongerThanAnswersMayTake() {
        RedisURI uri =
                settings(RedisMode.SENTINEL, "redis-sentinel://u:p@a:1,b#m").addresses().getFirst();
        assertThat(uri.getSentinels())
                .extracting(RedisURI::getHost, RedisURI::getPort, RedisURI::getTimeout)
                .containsExactly(
                        tuple("a", 1, RedisConnections.TIMEOUT),
                        tuple("b", 26379, RedisConnections.TIMEOUT));
        assertThat(uri.getSentinelMasterId()).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource({
        "STANDALONE, localhost",
        "STANDALONE, http://localhost",
        "STANDALONE, redis-sentinel://a#m",
        "SENTINEL, redis://a",
        "SENTINEL, redis-sentinel://:secret@a",
        "CLUSTER, redis://:secret@a/1",
        "SHARDS, redis-sentinel://a#m",
    })
    void refusesOtherAddressesAndDoesNotRepeatThem(RedisMode mode, String uri) {
        assertThatThrownBy(() -> settings(mode, uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
