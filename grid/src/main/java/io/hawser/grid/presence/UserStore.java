package io.hawser.grid.presence;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Where the users of small channels are, as a writer sees it. Methods may block. */
interface UserStore {
    /** Keys of those that are on a life of the node. */
    Set<UserKey> ofLife(NodeLife life);

    /**
     * Users are on the node, others are not.
     *
     * @return those who came when they were on no other node, and those who went from the last one
     */
    Set<UserKey> write(NodeLife life, Map<UserKey, UserHere> here, Collection<UserKey> gone);
}
