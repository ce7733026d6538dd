package io.hawser.server.config;

import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Affinity: what makes clients come back to the same node. Immutable. */
public record AffinityConfig(
        @Key(
                        doc =
                                "What makes a client come back to the same node. user: its user, an"
                                        + " anonymous one's session. connection: a session id, given as"
                                        + " the cookie hawser_session and repeated by it or by"
                                        + " ?session=. hash: a hash of the user. region: a node of its"
                                        + " region, or of the nearest one that serves. none: nothing."
                                        + " The same on all nodes.",
                        byDefault = "user")
                Strategy strategy,
        @Key(
                        doc =
                                "How long a client's node, and the subscriptions that the server API"
                                        + " made for it, are kept after it has gone.",
                        byDefault = "24h",
                        min = "1s",
                        max = "30d")
                Duration ttl,
        @Key(
                        doc =
                                "Tells a client that connects to another node than its own to"
                                        + " reconnect (3100), at most once in 60 s. false: it is served"
                                        + " where it comes, and belongs there from then on.",
                        byDefault = "false")
                boolean strict,
        @Key(
                        doc =
                                "Request header that names a client's region, set by a proxy. A claim"
                                        + " region of the token goes first. Empty: none.",
                        pattern = "[A-Za-z0-9-]{1,64}|",
                        expects = "the name of a header",
                        example = "X-Region")
                String regionHeader,
        @Key(
                        doc =
                                "Regions: which addresses are in them, for clients whose region neither"
                                        + " token nor header names, and which other regions are near.",
                        example =
                                "[{name: eu, addresses: [10.1.0.0/16], nearest: [us, ap]}, {name:"
                                        + " us, addresses: [10.2.0.0/16]}]")
                List<RegionConfig> regions) {

    /** What makes clients come back. */
    public enum Strategy {
        /** The user. */
        USER,
        /** A session id of each client. */
        CONNECTION,
        /** A hash of the user. */
        HASH,
        /** The region. */
        REGION,
        /** Nothing. */
        NONE
    }

    public AffinityConfig {
        regions = List.copyOf(regions);
        Checks checks =
                Checks.of(AffinityConfig.class, strategy, ttl, strict, regionHeader, regions);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < regions.size(); i++) {
            checks.refuse(
                    !names.add(regions.get(i).name()),
                    "is the name of an earlier region: \"" + regions.get(i).name() + "\"",
                    "join the two, or rename one",
                    "regions[" + i + "].name");
        }
        checks.done();
    }
}
