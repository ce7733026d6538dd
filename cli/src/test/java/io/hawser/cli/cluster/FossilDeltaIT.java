package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.server.delta.FossilDelta;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Deltas between us and two implementations that nobody here wrote, both ways. */
class FossilDeltaIT {
    private static final int PAIRS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> NAMES =
            List.of("AAPL", "Müller & Söhne", "株式会社", "🚀\\n", "");

    @TempDir static Path directory;

    /** A class, since records compare arrays by identity. */
    private static final class Pair {
        private final String kind;
        private final byte[] source;
        private final byte[] target;

        Pair(String kind, byte[] source, byte[] target) {
            this.kind = kind;
            this.source = source;
            this.target = target;
        }

        String line() {
            return kind
                    + " "
                    + base64(source)
                    + " "
                    + base64(target)
                    + " "
                    + base64(FossilDelta.create(source, target));
        }
    }

    @BeforeAll
    static void install() throws IOException {
        NpmProject.install();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void eachSideAppliesTheDeltasOfTheOther() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("FossilDeltaIT: -Dtest.seed=" + seed);
        List<Pair> pairs = pairs(new Random(seed));
        Path ours = directory.resolve("ours");
        Path theirs = directory.resolve("theirs");
        Files.write(ours, pairs.stream().map(Pair::line).toList());

        String output = NpmProject.run(LIMIT, "deltas.mjs", ours.toString(), theirs.toString());

        assertThat(output).contains(PAIRS + " pairs passed");
        List<String> deltas = Files.readAllLines(theirs);
        assertThat(deltas).hasSize(PAIRS);
        for (int i = 0; i < PAIRS; i++) {
            byte[] delta = Base64.getDecoder().decode(deltas.get(i));
            assertThat(FossilDelta.apply(pairs.get(i).source, delta))
                    .as("pair %d", i)
                    .isEqualTo(pairs.get(i).target);
        }
    }

    private static List<Pair> pairs(Random random) {
        List<Pair> pairs = new ArrayList<>();
        pairs.add(new Pair("bytes", new byte[0], new byte[0]));
        pairs.add(new Pair("bytes", new byte[0], bytes(random, 100)));
        pairs.add(new Pair("bytes", bytes(random, 100), new byte[0]));
        for (int length : new int[] {15, 16, 17, 65_535, 65_537, 300_000}) {
            byte[] source = bytes(random, length);
            pairs.add(new Pair("bytes", source, source));
            pairs.add(new Pair("bytes", source, shuffled(source, random)));
            pairs.add(new Pair("bytes", new byte[length], new byte[length + 1]));
        }
        while (pairs.size() < PAIRS / 2) {
            byte[] source = bytes(random, random.nextInt(800));
            pairs.add(new Pair("bytes", source, shuffled(source, random)));
        }
        while (pairs.size() < PAIRS) {
            pairs.add(jsonPair(random));
        }
        return pairs;
    }

    /** Every third is of few different bytes, so that its blocks repeat. */
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (random.nextInt(3) == 0) {
            for (int i = 0; i < length; i++) {
                bytes[i] &= 1;
            }
        }
        return bytes;
    }

    /** Pieces of a source in another order, with some bytes changed. */
    private static byte[] shuffled(byte[] source, Random random) {
        byte[] target = new byte[source.length];
        int filled = 0;
        while (filled < target.length) {
            int from = random.nextInt(source.length);
            int count = 1 + random.nextInt(Math.min(source.length, 2_000));
            count = Math.min(count, Math.min(source.length - from, target.length - filled));
            System.arraycopy(source, from, target, filled, count);
            filled += count;
            target[filled - 1]++;
        }
        return Arrays.copyOf(target, random.nextInt(target.length + 1));
    }

    /** Two publications of a list of ticks. */
    private static Pair jsonPair(Random random) {
        int ticks = 1 + random.nextInt(30);
        int[] prices = random.ints(ticks, 0, 1_000_000).toArray();
        byte[] source = json(prices, 0, ticks);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            prices[random.nextInt(ticks)] += random.nextInt(20_000);
        }
        int first = random.nextInt(8) == 0 ? random.nextInt(ticks) : 0;
        return new Pair("json", source, json(prices, first, ticks));
    }

    private static byte[] json(int[] prices, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> json(NAMES.get(i % NAMES.size()), prices[i]))
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String name, int price) {
        return "{\"name\":\"%s\",\"price\":%d,\"of\":\"%s\"}"
                .formatted(name, price, Character.toString(0x1F600 + price % 60).repeat(6));
    }
}
