package io.hawser.grid.presence;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where nodes' shares of channels are, as a writer sees it. Methods may block. */
interface ShareStore {
    /** The shares that these lives have of several channels. */
    Map<ShareKey, Share> of(Collection<String> channels, List<NodeLife> lives);

    /** Keys of all lives of a node. */
    Set<ShareKey> keysOfNode(String node);

    void write(Map<ShareKey, Share> present, Set<ShareKey> absent);
}
