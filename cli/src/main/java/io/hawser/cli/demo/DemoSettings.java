package io.hawser.cli.demo;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What to demonstrate. Immutable.
 *
 * @param nodes how many nodes, 1 to {@value #MAX_NODES}
 * @param clients how many simulated clients, 0 to {@value #MAX_CLIENTS}
 * @param secrets of this run
 * @param tokens makes a connection token for a user
 */
public record DemoSettings(
        int nodes, int clients, DemoSecrets secrets, UnaryOperator<String> tokens) {
    public static final int MAX_NODES = 9;

    /** Ports of outgoing connections run out somewhere above. */
    public static final int MAX_CLIENTS = 10_000;

    static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "NVDA", "TSLA");

    public DemoSettings {
        if (nodes < 1 || nodes > MAX_NODES || clients < 0 || clients > MAX_CLIENTS) {
            throw new IllegalArgumentException("nodes " + nodes + ", clients " + clients);
        }
    }

    /** The channels that the feed publishes to. */
    static List<String> channels() {
        return SYMBOLS.stream().map(DemoSettings::channel).toList();
    }

    static String channel(String symbol) {
        return "ticks:" + symbol;
    }
}
