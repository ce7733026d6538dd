package io.hawser.server.health;

import io.hawser.server.http.Json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The body of {@code /health}. Immutable.
 *
 * @param status ok, degraded, overloaded, starting, draining, fenced or stopping
 * @param node id of the node that answers
 * @param dependencies redis, database and grid
 */
public record HealthView(String status, String node, Map<String, DependencyView> dependencies) {
    /**
     * One of the things that the node needs.
     *
     * @param status up, down or off
     * @param latencyMs round trip of the last look in milliseconds, two decimals; 0 unless up
     */
    public record DependencyView(String status, double latencyMs) {
        static DependencyView of(Dependency dependency) {
            return new DependencyView(
                    Json.lowerCase(dependency.state()),
                    Math.round(dependency.latencyMs() * 100) / 100.0);
        }
    }

    public HealthView {
        // Not Map.copyOf: people read them in this order.
        dependencies = Collections.unmodifiableMap(new LinkedHashMap<>(dependencies));
    }
}
