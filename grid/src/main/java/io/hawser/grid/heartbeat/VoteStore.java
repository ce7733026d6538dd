package io.hawser.grid.heartbeat;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where nodes that do not hear each other can see each other, and which of two halves may go on.
 *
 * <ol>
 *   <li>Neither method blocks; stages fail soon if the store does not answer, and complete on a
 *       thread of the store.
 *   <li>A view that was written is seen by all who ask later, at least for some seconds.
 *   <li>Of both sides that claim one generation, one is granted; a claim is forgotten ten seconds
 *       after its side last asked for it.
 * </ol>
 *
 * <p>Implementations are thread-safe.
 */
public interface VoteStore {
    /** Leaves this node's view, and gets those of the others. */
    CompletionStage<List<StoreView>> exchange(StoreView own);

    /**
     * Claims the right to go on for one side of a division.
     *
     * @return whether it has it now, as {@link Division#over} says
     */
    CompletionStage<Boolean> claim(String generation, Division division);

    /** Takes a node's view away, since it leaves. */
    CompletionStage<?> remove(String node);
}
