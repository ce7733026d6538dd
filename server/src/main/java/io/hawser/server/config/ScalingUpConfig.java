package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** When nodes are added. Immutable. */
public record ScalingUpConfig(
        @Key(
                        doc = "Utilisation of the whole cluster above which nodes are added.",
                        byDefault = "80",
                        unit = "%",
                        min = "1",
                        max = "100")
                int utilisation,
        @Key(
                        doc = "Utilisation of any one node above which nodes are added.",
                        byDefault = "90",
                        unit = "%",
                        min = "1",
                        max = "100")
                int nodeUtilisation,
        @Key(
                        doc =
                                "Message latency above which nodes are added: 99 % of all publications of"
                                        + " the last ten seconds, from a node's channel thread to its"
                                        + " sockets.",
                        byDefault = "50ms",
                        min = "1ms",
                        max = "1m")
                Duration latencyP99,
        @Key(
                        doc = "Messages in ten seconds below which latency says nothing.",
                        byDefault = "100",
                        unit = "messages",
                        min = "1",
                        max = "1000000")
                int latencyMinMessages,
        @Key(
                        doc =
                                "Share of failed commands above which nodes are added, if it is also a"
                                        + " spike: error_rate_spike of what is usual.",
                        byDefault = "5",
                        unit = "%",
                        min = "1",
                        max = "100")
                int errorRate,
        @Key(
                        doc = "What counts as a spike of errors, of what is usual; 100: any.",
                        byDefault = "200",
                        unit = "%",
                        min = "100",
                        max = "10000")
                int errorRateSpike,
        @Key(
                        doc =
                                "How far back what is usual reaches: an error rate of that long ago weighs a"
                                        + " third.",
                        byDefault = "10m",
                        min = "10s",
                        max = "7d")
                Duration errorRateUsual,
        @Key(
                        doc = "Commands in ten seconds below which the error rate says nothing.",
                        byDefault = "100",
                        unit = "commands",
                        min = "1",
                        max = "1000000")
                int errorRateMinCommands,
        @Key(doc = "How long one of these must hold.", byDefault = "10s", min = "0s", max = "1d")
                Duration sustained,
        @Key(
                        doc = "Time after any decision before nodes are added.",
                        byDefault = "3m",
                        min = "1s",
                        max = "7d")
                Duration cooldown) {

    public ScalingUpConfig {
        Checks.of(
                        ScalingUpConfig.class,
                        utilisation,
                        nodeUtilisation,
                        latencyP99,
                        latencyMinMessages,
                        errorRate,
                        errorRateSpike,
                        errorRateUsual,
                        errorRateMinCommands,
                        sustained,
                        cooldown)
                .done();
    }
}
