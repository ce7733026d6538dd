package io.hawser.grid.heartbeat;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * What a node tells each other one in every interval. Immutable if its parts are not changed.
 *
 * @param sender which life of which node
 * @param sequence rises with each heartbeat of this life, from 1
 * @param quorum whether the sender hears a majority of the nodes it expects
 * @param probe whether an answer is wanted at once
 * @param sights all other nodes that the sender expects to be there, and how it sees them; and
 *     those that said goodbye to it lately
 * @param givenUp lives that a majority has given up lately, which binds all
 * @param rider figures that ride along, at most {@link HeartbeatCodec#MAX_RIDER_BYTES}; its
 *     position is not moved
 */
public record Heartbeat(
        Life sender,
        long sequence,
        boolean quorum,
        boolean probe,
        Map<Life, Sight> sights,
        Set<Life> givenUp,
        ByteBuffer rider) {}
