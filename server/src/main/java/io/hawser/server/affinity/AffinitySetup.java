package io.hawser.server.affinity;

import io.hawser.grid.affinity.AffinityByConnection;
import io.hawser.grid.affinity.AffinityByHash;
import io.hawser.grid.affinity.AffinityByRegion;
import io.hawser.grid.affinity.AffinityByUserId;
import io.hawser.grid.affinity.AffinityNone;
import io.hawser.grid.affinity.AffinityOptions;
import io.hawser.grid.affinity.AffinityStrategy;
import io.hawser.server.config.AffinityConfig;
import io.hawser.server.config.RegionConfig;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the grid is told of affinity, from the configuration. Stateless. */
public final class AffinitySetup {
    private AffinitySetup() {}

    /** The grid's options. */
    public static AffinityOptions options(AffinityConfig config) {
        return new AffinityOptions(strategy(config), config.ttl(), config.strict());
    }

    /** By region the others, the nearest first. */
    public static Map<String, List<String>> nearest(AffinityConfig config) {
        return config.regions().stream()
                .collect(Collectors.toMap(RegionConfig::name, RegionConfig::nearest));
    }

    private static AffinityStrategy strategy(AffinityConfig config) {
        return switch (config.strategy()) {
            case USER -> new AffinityByUserId();
            case CONNECTION -> new AffinityByConnection();
            case HASH -> new AffinityByHash();
            case REGION -> new AffinityByRegion(nearest(config));
            case NONE -> new AffinityNone();
        };
    }
}
