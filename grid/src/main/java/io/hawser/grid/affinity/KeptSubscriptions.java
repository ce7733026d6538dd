package io.hawser.grid.affinity;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Subscriptions that the server made, kept as long as the session of the client: by key of a user
 * or session ({@link AffinityKeys}), the channels and their terms as text.
 *
 * <ol>
 *   <li>Implementations are thread-safe, and no method blocks.
 *   <li>What is kept lives for the time to live after it was last kept or loaded.
 *   <li>A write that fails is counted, not told: it is a convenience that is lost, no message.
 * </ol>
 */
public interface KeptSubscriptions {
    /** Keeps a subscription, over an earlier one to the same channel. */
    void keep(String key, String channel, String terms);

    /** Forgets one; all of the key if {@code channel} is empty. */
    void forget(String key, String channel);

    /**
     * Terms by channel, and life for another while.
     *
     * @return exceptional with {@link AffinityException} after a fifth of a second, or earlier, if
     *     the store does not say
     */
    CompletionStage<Map<String, String>> load(String key);

    /** Writes and reads that failed, since the start. */
    long failures();
}
