package io.hawser.grid.affinity;

import java.util.List;

/** Tells which clients are on this node now. Thread-safe; may take a moment. */
@FunctionalInterface
public interface LocalClients {
    /** What they are {@link Affinity#writtenAs written as}, if at all; one may come twice. */
    List<String> keys();
}
