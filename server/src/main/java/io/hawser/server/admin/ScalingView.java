package io.hawser.server.admin;

import io.hawser.grid.scaling.ScalingDecision;
import io.hawser.grid.scaling.ScalingFigures;
import io.hawser.grid.scaling.ScalingStatus;
import io.hawser.server.http.Json;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code GET /admin/v1/scaling}: the cluster's last decisions, and what the coordinator goes by.
 * Immutable.
 *
 * @param mode off, dry_run or on, as this node is configured
 * @param coordinator true if the answering node decides; the others show no figures
 * @param figures of the last step; null on other nodes than the coordinator
 * @param held why the figures do not lead to a decision just now; null if they call for none
 * @param decisions newest first
 */
public record ScalingView(
        String mode,
        boolean coordinator,
        @Nullable ScalingFigures figures,
        @Nullable String held,
        List<Decision> decisions) {

    /** Of a node that has not joined yet, or on which scaling is off. */
    public static ScalingView of(String mode, ScalingStatus status) {
        return new ScalingView(
                mode,
                status.coordinator(),
                status.coordinator() ? status.figures() : null,
                status.held().isEmpty() ? null : status.held(),
                status.decisions().stream().map(Decision::of).toList());
    }

    /** As {@link ScalingDecision}; direction and trigger in lower case. */
    public record Decision(
            long number,
            long timeMs,
            String coordinator,
            boolean dryRun,
            String direction,
            String trigger,
            String reason,
            int fromNodes,
            int toNodes,
            List<String> nodes,
            ScalingFigures figures) {

        static Decision of(ScalingDecision decision) {
            return new Decision(
                    decision.number(),
                    decision.timeMs(),
                    decision.coordinator(),
                    decision.dryRun(),
                    Json.lowerCase(decision.direction()),
                    Json.lowerCase(decision.trigger()),
                    decision.reason(),
                    decision.fromNodes(),
                    decision.toNodes(),
                    decision.nodes(),
                    decision.figures());
        }
    }

    /** A decision as JSON, as this view shows it: what webhooks get. */
    public static String json(ScalingDecision decision) {
        return new String(Json.encode(Decision.of(decision)), StandardCharsets.UTF_8);
    }
}
