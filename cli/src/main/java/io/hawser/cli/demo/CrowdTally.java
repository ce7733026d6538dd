package io.hawser.cli.demo;

import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up what clients have seen. For one thread. */
final class CrowdTally {
    private final SortedMap<String, Integer> perNode = new TreeMap<>();
    private int connected;
    long received;
    long missing;
    long repeated;
    long lostStreams;
    long reconnects;
    long recovered;
    int ended;

    void connected(String node) {
        connected++;
        perNode.merge(node, 1, Integer::sum);
    }

    CrowdCounts counts() {
        return new CrowdCounts(
                connected,
                perNode,
                received,
                missing,
                repeated,
                lostStreams,
                reconnects,
                recovered,
                ended);
    }
}
