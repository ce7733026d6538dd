package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class RedisServerIT {

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void answersAndSaysWhatItIs(ServiceSource source) throws IOException {
        List<String> announced = new ArrayList<>();
        var redis = RedisServer.start(options(source).announce(announced::add));
        try (redis) {
            assertThat(Redis.ask(redis.port(), "PING")).isEqualTo("+PONG");
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(redis.description())
                    .matches(
                            "redis \\d+\\.\\d+\\.\\d+ \\("
                                    + source.label()
                                    + ": .*redis-server\\)");
            assertThat(announced)
                    .containsExactly(redis.description() + " on 127.0.0.1:" + redis.port());
        }
        assertThat(redis.isAlive()).isFalse();
        assertThatThrownBy(() -> Redis.ask(redis.port(), "PING")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void isSilentWhileSuspended(ServiceSource source) throws IOException {
        try (var redis = RedisServer.start(options(source));
                var client = new Redis(redis.port())) {
            redis.suspend();
            client.write("PING");
            assertThat(client.isSilentFor(200)).isTrue();
            assertThat(redis.isAlive()).isTrue();
            redis.resume();
            assertThat(client.read()).isEqualTo("+PONG");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void keepsDataOverKillAndRestartIfAppendonly(ServiceSource source) throws IOException {
        try (var redis = RedisServer.start(options(source).appendonly("always"))) {
            Redis.ask(redis.port(), "SET k v");
            redis.kill();
            assertThat(redis.isAlive()).isFalse();
            redis.restart();
            assertThat(Redis.ask(redis.port(), "GET k")).isEqualTo("v");
            redis.restart();
            assertThat(Redis.ask(redis.port(), "GET k")).isEqualTo("v");
            redis.restartEmpty();
            assertThat(Redis.ask(redis.port(), "GET k")).isEqualTo("$-1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void losesDataOnRestartUnlessAppendonly(ServiceSource source) throws IOException {
        try (var redis = RedisServer.start(options(source))) {
            Redis.ask(redis.port(), "SET k v");
            redis.restart();
            assertThat(Redis.ask(redis.port(), "GET k")).isEqualTo("$-1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void restartsAndClosesWhileSuspended(ServiceSource source) throws IOException {
        var redis = RedisServer.start(options(source));
        try (redis) {
            redis.suspend();
            redis.restart();
            assertThat(Redis.ask(redis.port(), "PING")).isEqualTo("+PONG");
            redis.suspend();
        }
        assertThat(redis.isAlive()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void replicatesWithPassword(ServiceSource source) throws IOException {
        try (var primary = RedisServer.start(options(source).password("p@ss"));
                var replica =
                        RedisServer.start(options(source).password("p@ss").replicaOf(primary))) {
            assertThat(primary.uri()).isEqualTo("redis://:p%40ss@127.0.0.1:" + primary.port());
            assertThat(Redis.ask(primary.port(), "PING")).startsWith("-NOAUTH");
            Redis.ask(primary.port(), "AUTH p@ss", "SET k v");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Redis.ask(replica.port(), "AUTH p@ss", "GET k").equals("v"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void keepsADirectoryThatItWasGiven(ServiceSource source, @TempDir Path directory)
            throws IOException {
        var options = options(source).directory(directory).appendonly("always");
        try (var redis = RedisServer.start(options)) {
            Redis.ask(redis.port(), "SET k v");
        }
        assertThat(Files.readString(directory.resolve("output.log"))).contains("Ready to accept");
        try (var redis = RedisServer.start(options)) {
            assertThat(Redis.ask(redis.port(), "GET k")).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INSTALLED", "PACKAGED"})
    void showsItsOutputWhenItDoesNotStart(ServiceSource source) {
        assertThatThrownBy(
                        () -> RedisServer.start(options(source).arguments("--no-such-option", "1")))
                .isInstanceOf(ServiceFailedException.class)
                .hasMessageContaining("--no-such-option")
                .hasMessageContaining("exit code 1")
                .hasMessageContaining("Bad directive");
    }

    private static RedisOptions options(ServiceSource source) {
        assumeTrue(
                source != ServiceSource.INSTALLED || Program.find("redis-server").isPresent(),
                "redis-server is not installed");
        return new RedisOptions().source(source);
    }
}
