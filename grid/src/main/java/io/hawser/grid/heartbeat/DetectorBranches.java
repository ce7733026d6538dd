package io.hawser.grid.heartbeat;

import java.util.EnumMap;
import java.util.Map;

/** How often the detector went each way: a simulation that leaves one out has not tried it. */
final class DetectorBranches {
    int suspected;
    int portClosed;
    int departed;
    int cleared;
    int evicted;
    int tooSoon;
    int adopted;
    int tieWon;
    int paused;
    int unfenced;
    int noQuorum;
    int strange;
    int apart;
    int beside;
    private final Map<FenceReason, Integer> fenced = new EnumMap<>(FenceReason.class);

    void fenced(FenceReason reason) {
        fenced.merge(reason, 1, Integer::sum);
    }

    int fencedBy(FenceReason reason) {
        return fenced.getOrDefault(reason, 0);
    }
}
