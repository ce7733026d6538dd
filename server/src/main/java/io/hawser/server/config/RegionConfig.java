package io.hawser.server.config;

import io.hawser.server.binding.AddressRange;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.util.List;

/** A region of clients. Immutable. */
public record RegionConfig(
        @Key(
                        doc = "Name of the region, as nodes have it in node.region.",
                        pattern = NodeConfig.NAME,
                        expects = NodeConfig.NAME_EXPECTED)
                String name,
        @Key(doc = "Addresses of clients there; the first region that has an address holds.")
                List<AddressRange> addresses,
        @Key(
                        doc =
                                "Other regions, the nearest first. Those that are not listed come after"
                                        + " them.",
                        pattern = NodeConfig.NAME,
                        expects = NodeConfig.NAME_EXPECTED)
                List<String> nearest) {

    public RegionConfig {
        addresses = List.copyOf(addresses);
        nearest = List.copyOf(nearest);
        Checks.of(RegionConfig.class, name, addresses, nearest).done();
    }
}
