package io.hawser.grid.affinity;

import java.util.List;

/** Tells which clients are on this node now. Thread-safe; may take a moment. */
@FunctionalInterface
public interface LocalClients {
    /** Their affinity keys; those without one are left out, one may come twice. */
    List<String> keys();
}
