package io.hawser.server.config;

import io.hawser.grid.balance.Algorithm;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** Which node a new client is sent to, and when nodes are too unevenly loaded. Immutable. */
public record BalanceConfig(
        @Key(
                        doc =
                                "How GET /route chooses. round_robin: each in turn. least_connections:"
                                        + " the one with the fewest. weighted: at random, by"
                                        + " node.weight. ip_hash: always the same for a client's"
                                        + " address. random. two_choices: of two at random the less"
                                        + " full. adaptive: the best score of free capacity, CPU,"
                                        + " memory, errors and throughput.",
                        byDefault = "adaptive")
                Algorithm algorithm,
        @Key(
                        doc =
                                "Nodes count as unevenly loaded if the coefficient of variation of their"
                                        + " loads is above this. A node's load is its connections"
                                        + " over its maximum (over its weight with algorithm"
                                        + " weighted).",
                        byDefault = "20",
                        unit = "percent",
                        min = "1",
                        max = "10000")
                int imbalanceVariation,
        @Key(
                        doc =
                                "They do too if the most loaded node has more than this of what the least"
                                        + " loaded one has.",
                        byDefault = "150",
                        unit = "percent",
                        min = "101",
                        max = "100000")
                int imbalanceRatio,
        @Key(
                        doc =
                                "How long they have to be uneven before it is recommended to move connections.",
                        byDefault = "30s",
                        min = "1s",
                        max = "1d")
                Duration imbalanceAfter) {

    public BalanceConfig {
        Checks.of(
                        BalanceConfig.class,
                        algorithm,
                        imbalanceVariation,
                        imbalanceRatio,
                        imbalanceAfter)
                .done();
    }
}
