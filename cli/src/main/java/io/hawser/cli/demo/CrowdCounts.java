package io.hawser.cli.demo;

import java.util.SortedMap;

/**
 * What the simulated clients have seen together. Immutable.
 *
 * @param connected clients with a connection and every subscription live
 * @param perNode connected clients by node
 * @param received publications, all clients added up
 * @param missing publications that a client skipped or could not recover
 * @param repeated publications that came twice
 * @param lostStreams streams that began anew
 * @param reconnects connections made again after a loss
 * @param recovered publications that came with a recovery
 * @param ended clients that gave up
 */
record CrowdCounts(
        int connected,
        SortedMap<String, Integer> perNode,
        long received,
        long missing,
        long repeated,
        long lostStreams,
        long reconnects,
        long recovered,
        int ended) {}
