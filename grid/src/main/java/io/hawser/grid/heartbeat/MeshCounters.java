package io.hawser.grid.heartbeat;

import java.util.concurrent.atomic.LongAdder;

/** What the mesh has done and refused, since the start. Thread-safe. */
public final class MeshCounters {
    /** Datagrams sent. */
    public final LongAdder sent = new LongAdder();

    /** Heartbeats that meant something. */
    public final LongAdder heard = new LongAdder();

    /** Datagrams that were not made with the cluster's secret, or are no heartbeats. */
    public final LongAdder refused = new LongAdder();

    /** Genuine heartbeats of unknown or past lives, or that have been before. */
    public final LongAdder stale = new LongAdder();

    /** Sends that failed. */
    public final LongAdder failed = new LongAdder();
}
