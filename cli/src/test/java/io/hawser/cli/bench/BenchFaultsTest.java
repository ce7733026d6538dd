package io.hawser.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.Ran;
import io.hawser.cli.bench.FaultyNode.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the bench says about a server that does something wrong, once. */
final class BenchFaultsTest {
    @ParameterizedTest
    @CsvSource({
        "NONE,   0, 0, 0, 0, 0",
        "DROP,   1, 1, 0, 0, 0",
        "DOUBLE, 1, 0, 1, 0, 0",
        "SWAP,   1, 0, 0, 1, 0",
    })
    void aFaultIsFoundAndCounted(
            Fault fault, int code, long lost, long duplicates, long disordered, long failed)
            throws IOException {
        Ran ran = fanout(fault);

        JsonNode counts = counts(ran);
        assertThat(counts.path("published").longValue()).isEqualTo(100);
        assertThat(counts.path("lost").longValue()).isEqualTo(lost);
        assertThat(counts.path("duplicates").longValue()).isEqualTo(duplicates);
        assertThat(counts.path("disordered").longValue()).isEqualTo(disordered);
        assertThat(counts.path("failed").longValue()).isEqualTo(failed);
        assertThat(counts.path("delivered").longValue()).isEqualTo(300 - lost);
        assertThat(ran.code()).isEqualTo(code);
    }

    @Test
    void refusedPublishesAreNotLost() throws IOException {
        Ran ran = fanout(Fault.REFUSE);

        assertThat(counts(ran).path("refused").longValue()).isEqualTo(100);
        assertThat(counts(ran).path("lost").longValue()).isZero();
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void publishesThatNobodyAnswersAreAFailure() throws IOException {
        Ran ran = fanout(Fault.MUTE);

        assertThat(counts(ran).path("unanswered").longValue()).isEqualTo(91);
        assertThat(counts(ran).path("unsent").longValue()).isZero();
        assertThat(counts(ran).path("lost").longValue()).isZero();
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void publishesThatWereDueAndNeverSentAreAFailure() throws IOException {
        Ran ran = fanout(Fault.MUTE, 10_000, "300ms");

        long published = counts(ran).path("published").longValue();
        assertThat(published).isBetween(1L, 4999L);
        assertThat(counts(ran).path("unsent").longValue()).isEqualTo(5000 - published);
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aConnectionThatEndsIsLostWithWhatItMissed() throws IOException {
        Ran ran = fanout(Fault.CLOSE, 200, "300ms");

        assertThat(counts(ran).path("connections_lost").longValue()).isEqualTo(1);
        assertThat(counts(ran).path("lost").longValue()).isPositive();
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void handshakesThatAreRefusedHaveFailed() throws IOException {
        try (var node = new FaultyNode(Fault.BUSY)) {
            Ran ran = Ran.run("bench", "connect", "--url", node.url().toString(), "-c", "5");

            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out()).contains("http_503", "--connect-rate");
        }
    }

    @Test
    void nobodyThereExitsWith3() {
        Ran ran = Ran.run("bench", "connect", "--url", "ws://127.0.0.1:1/", "-c", "300");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("nobody answers at ws://127.0.0.1:1/", "--url");
    }

    /** On a busy machine nothing may come for a while, and yet nothing is lost. */
    private static Ran fanout(Fault fault) throws IOException {
        return fanout(fault, 200, "5s");
    }

    private static Ran fanout(Fault fault, int rate, String drain) throws IOException {
        try (var node = new FaultyNode(fault)) {
            List<String> args = new ArrayList<>(List.of("bench", "fanout"));
            args.addAll(List.of("--url", node.url().toString(), "-c", "3"));
            args.addAll(List.of("-r", Integer.toString(rate)));
            args.addAll(List.of("-d", "500ms", "--warmup", "0", "--drain", drain, "-o", "json"));
            return Ran.run(args);
        }
    }

    private static JsonNode counts(Ran ran) {
        return new JsonMapper().readTree(ran.out()).path("counts");
    }
}
