package io.hawser.server;

import io.hawser.grid.Grid;
import io.hawser.grid.event.Happening;
import io.hawser.grid.scaling.Scaling;
import io.hawser.grid.scaling.ScalingDecision;
import io.hawser.grid.scaling.ScalingDecision.Direction;
import io.hawser.grid.scaling.ScalingListener;
import io.hawser.grid.scaling.ScalingStatus;
import io.hawser.server.admin.ScalingView;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.config.ScalingConfig;
import io.hawser.server.config.ScalingConfig.Mode;
import io.hawser.server.hook.CommandHook;
import io.hawser.server.hook.HookOutcomes;
import io.hawser.server.hook.Webhook;
import io.hawser.server.metrics.ScalingGauges;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Scaling on this node: the decisions of the grid, and what becomes of those that this node makes:
 * a line in the log, a webhook, a command for each node. Thread-safe.
 */
final class ScalingPart implements ScalingListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ScalingPart.class);
    private static final String EVENT = "scaling.decided";

    /** What stands for the node's id in a command. */
    private static final String ID = "%i";

    private final ScalingConfig config;
    private final String cluster;
    private final @Nullable Webhook webhook;
    private final CommandHook commands;
    private final Consumer<Happening> events;
    private @Nullable Scaling scaling;

    ScalingPart(ScalingConfig config, String cluster, Consumer<Happening> events) {
        this.events = events;
        this.config = config;
        this.cluster = cluster;
        this.commands = new CommandHook(config.command().timeout());
        this.webhook =
                config.webhook().url().isEmpty()
                        ? null
                        : new Webhook(
                                ScalingSetup.webhook(config.webhook()), InstantSource.system());
    }

    /** Begins, unless scaling is off. */
    static ScalingPart start(HawserConfig config, Grid grid) {
        var part =
                new ScalingPart(config.scaling(), config.grid().clusterName(), grid.events()::emit);
        Mode mode = config.scaling().mode();
        if (mode != Mode.OFF) {
            part.scaling =
                    grid.scaling(ScalingSetup.policy(config.scaling()), mode == Mode.DRY_RUN, part);
        }
        return part;
    }

    @Override
    public void decided(ScalingDecision decision) {
        log.atWarn()
                .addKeyValue("number", decision.number())
                .addKeyValue("direction", decision.direction())
                .addKeyValue("trigger", decision.trigger())
                .addKeyValue("reason", decision.reason())
                .addKeyValue("from_nodes", decision.fromNodes())
                .addKeyValue("to_nodes", decision.toNodes())
                .addKeyValue("nodes", decision.nodes())
                .addKeyValue("utilisation", decision.figures().utilisation())
                .addKeyValue("p99_ms", decision.figures().p99Ms())
                .addKeyValue("error_rate", decision.figures().errorRate())
                .addKeyValue("dry_run", decision.dryRun())
                .log(EVENT);
        events.accept(Happening.ScalingDecided.of(decision));
        if (webhook != null) {
            String id = cluster + "-" + decision.number() + "-" + decision.timeMs();
            webhook.send(EVENT, id, ScalingView.json(decision));
        }
        if (!decision.dryRun()) {
            runCommands(decision);
        }
    }

    private void runCommands(ScalingDecision decision) {
        List<String> command =
                switch (decision.direction()) {
                    case UP -> config.command().up();
                    case DOWN -> config.command().down();
                };
        if (command.isEmpty()) {
            return;
        }
        for (String node : nodes(decision)) {
            commands.run(
                    "scaling " + lowerCase(decision.direction()) + " of " + node,
                    command.stream().map(word -> word.replace(ID, node)).toList(),
                    environment(decision, node));
        }
    }

    /** New nodes without names have their numbers. */
    private static List<String> nodes(ScalingDecision decision) {
        if (decision.direction() == Direction.UP && decision.nodes().isEmpty()) {
            return IntStream.rangeClosed(decision.fromNodes() + 1, decision.toNodes())
                    .mapToObj(Integer::toString)
                    .toList();
        }
        return decision.nodes();
    }

    private static Map<String, String> environment(ScalingDecision decision, String node) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SCALING_NODE", node);
        environment.put("SCALING_DIRECTION", lowerCase(decision.direction()));
        environment.put("SCALING_TRIGGER", lowerCase(decision.trigger()));
        environment.put("SCALING_FROM", Integer.toString(decision.fromNodes()));
        environment.put("SCALING_TO", Integer.toString(decision.toNodes()));
        environment.put("SCALING_NUMBER", Long.toString(decision.number()));
        return environment;
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private ScalingStatus status() {
        return scaling == null ? ScalingStatus.NONE : scaling.status();
    }

    /** For the admin API; never blocks. */
    ScalingView view() {
        return ScalingView.of(lowerCase(config.mode()), status());
    }

    /** For Prometheus. */
    ScalingGauges gauges() {
        Map<ScalingGauges.Hook, LongSupplier> hooks = new HashMap<>();
        add(hooks, "command", commands.outcomes());
        if (webhook != null) {
            add(hooks, "webhook", webhook.outcomes());
        }
        return new ScalingGauges(this::status, hooks);
    }

    private static void add(
            Map<ScalingGauges.Hook, LongSupplier> hooks, String name, HookOutcomes outcomes) {
        for (HookOutcomes.Outcome outcome : HookOutcomes.Outcome.values()) {
            hooks.put(
                    new ScalingGauges.Hook(name, lowerCase(outcome)),
                    () -> outcomes.count(outcome));
        }
    }

    @Override
    public void close() {
        if (scaling != null) {
            scaling.close();
        }
        commands.close();
        if (webhook != null) {
            webhook.close();
        }
    }
}
