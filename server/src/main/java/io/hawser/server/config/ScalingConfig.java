package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;
import java.util.List;

/** When nodes are added to the cluster or removed from it. Immutable. */
public record ScalingConfig(
        @Key(
                        doc =
                                "off: nothing is decided. dry_run: decisions go to the log, the admin API,"
                                        + " the metrics and the webhook, but no command is run. on: the"
                                        + " commands are run too.",
                        byDefault = "dry_run")
                Mode mode,
        @Key(
                        doc =
                                "Nodes that there are at least. Nodes are removed only where there are at"
                                        + " least twice as many.",
                        byDefault = "2",
                        unit = "nodes",
                        min = "1",
                        max = "1000")
                int minNodes,
        @Key(
                        doc = "Nodes that there are at most.",
                        byDefault = "10",
                        unit = "nodes",
                        min = "1",
                        max = "1000")
                int maxNodes,
        @Key(
                        doc = "Nodes that one decision adds or removes.",
                        byDefault = "1",
                        unit = "nodes",
                        min = "1",
                        max = "100")
                int step,
        @Key(
                        doc =
                                "What utilisation is made of: connections (of max_connections), cpu, memory"
                                        + " (heap after a collection). The highest of them counts.",
                        byDefault = "connections, cpu")
                List<ScalingMeasure> measures,
        @Key(
                        doc =
                                "Ids of the nodes that may be started and stopped, in the order in which"
                                        + " they are started. Empty: any may be stopped but the"
                                        + " coordinator, and a new one has no name but its number.",
                        pattern = NodeConfig.NAME,
                        expects = NodeConfig.NAME_EXPECTED,
                        example = "[n4, n5]")
                List<String> nodes,
        @Key(
                        doc =
                                "Points by which a figure must fall back behind its threshold before its"
                                        + " time begins anew, and by which the nodes that are left must"
                                        + " stay below up.utilisation after a removal.",
                        byDefault = "5",
                        unit = "%",
                        min = "0",
                        max = "50")
                int hysteresis,
        @Key(
                        doc =
                                "How long nodes may take to come or go after a decision. Until then no"
                                        + " further decision builds on it.",
                        byDefault = "5m",
                        min = "1s",
                        max = "1d")
                Duration arrivalTime,
        @Key(doc = "When nodes are added.") ScalingUpConfig up,
        @Key(doc = "When nodes are removed.") ScalingDownConfig down,
        @Key(doc = "The forecast of the load (Holt-Winters), by which nodes may be added earlier.")
                ScalingForecastConfig forecast,
        @Key(doc = "Where decisions are sent, as JSON by POST.") WebhookConfig webhook,
        @Key(
                        doc =
                                "Commands that carry decisions out, run by the coordinator alone, one for"
                                        + " each node. No shell is used.")
                ScalingCommandConfig command) {

    /** What becomes of decisions. */
    public enum Mode {
        /** There are none. */
        OFF,
        /** They are told. */
        DRY_RUN,
        /** They are carried out. */
        ON
    }

    /** What a node can run out of. */
    public enum ScalingMeasure {
        /** Connections it accepts. */
        CONNECTIONS,
        /** Its cores' time. */
        CPU,
        /** Its heap. */
        MEMORY
    }

    public ScalingConfig {
        measures = List.copyOf(measures);
        nodes = List.copyOf(nodes);
        Checks.of(
                        ScalingConfig.class,
                        mode,
                        minNodes,
                        maxNodes,
                        step,
                        measures,
                        nodes,
                        hysteresis,
                        arrivalTime,
                        up,
                        down,
                        forecast,
                        webhook,
                        command)
                .refuse(
                        maxNodes < minNodes,
                        "is less than min_nodes",
                        "raise max_nodes or lower min_nodes",
                        "max_nodes",
                        "min_nodes")
                .refuse(
                        measures.isEmpty(),
                        "is empty, so there would be nothing to go by",
                        "name at least one of connections, cpu, memory",
                        "measures")
                .refuse(
                        down.utilisation() + hysteresis >= up.utilisation(),
                        "is so close to up.utilisation that nodes would come and go",
                        "lower down.utilisation or raise up.utilisation: the hysteresis must lie"
                                + " between them",
                        "down.utilisation",
                        "up.utilisation",
                        "hysteresis")
                .done();
    }
}
