package io.hawser.server.affinity;

import io.hawser.server.binding.AddressRange;
import io.hawser.server.config.RegionConfig;

import java.net.InetAddress;
import java.util.List;

/** Which region an address is in, by the configured table. Immutable, thread-safe. */
final class ClientRegions {
    private final List<RegionConfig> regions;

    ClientRegions(List<RegionConfig> regions) {
        this.regions = List.copyOf(regions);
    }

    /**
     * The region that the client says, else that of its address; empty if nobody knows.
     *
     * @param said by token or header; empty if they do not say
     * @param address an IP address, or whatever the transport shows
     */
    String of(String said, String address) {
        if (!said.isEmpty() || regions.isEmpty()) {
            return said;
        }
        try {
            return ofAddress(AddressRange.literal(address));
        } catch (IllegalArgumentException e) {
            return ""; // not an address, such as one with a zone id: in no table
        }
    }

    private String ofAddress(InetAddress address) {
        for (RegionConfig region : regions) {
            if (region.addresses().stream().anyMatch(range -> range.contains(address))) {
                return region.name();
            }
        }
        return "";
    }
}
