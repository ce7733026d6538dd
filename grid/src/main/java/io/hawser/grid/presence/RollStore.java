package io.hawser.grid.presence;

import java.util.Map;
import java.util.Set;

/** Where the roll of small channels is, as a writer sees it. Methods may block. */
interface RollStore {
    /** Keys of all lives of a node. */
    Set<RollKey> keysOfNode(String node);

    void write(Map<RollKey, RollEntry> present, Set<RollKey> absent);
}
