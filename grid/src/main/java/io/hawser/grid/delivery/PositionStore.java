package io.hawser.grid.delivery;

import io.hawser.grid.pubsub.StreamPosition;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what users have acknowledged.
 *
 * <p>Guarantees of every implementation:
 *
 * <ol>
 *   <li>Nothing blocks; every method may be called from any thread. Stages complete on a thread of
 *       the store: what depends on them must not block. One that fails carries a {@link
 *       io.hawser.grid.pubsub.BrokerException}; with {@code UNAVAILABLE} a write may have been done
 *       or not, and may be repeated.
 *   <li>A position moves by the rules of {@link StoredPosition} only, however many write at once.
 *   <li>A position is forgotten {@link PositionLimits#ttl} after its last use: {@link #begin},
 *       {@link #acknowledge} or {@link #touch}. A user who has {@link PositionLimits#perUser} gets
 *       no further one: {@code POSITIONS_FULL}, until one is forgotten.
 *   <li>What is acknowledged of the user's queue is dropped from it soon after.
 * </ol>
 */
public interface PositionStore extends AutoCloseable {
    /** The position, null if there is none. */
    CompletionStage<@Nullable StreamPosition> position(Recipient recipient, String channel);

    /** Makes {@code first} the position if there is none, and gives the one there is. */
    CompletionStage<StreamPosition> begin(
            Recipient recipient, String channel, StreamPosition first);

    /**
     * Moves positions of one user.
     *
     * @param acknowledgements at most {@link #MAX_AT_ONCE}
     * @return for each the position there is now, which may be a later one; null if the user has
     *     too many
     */
    CompletionStage<List<Optional<StreamPosition>>> acknowledge(
            String user, List<Acknowledgement> acknowledgements);

    /** These positions, as far as they exist, are still of use. */
    CompletionStage<@Nullable Void> touch(Recipient recipient, List<String> channels);

    /** All positions of a user, in no order. */
    CompletionStage<List<Standing>> standings(String user);

    /** Positions that are moved at once at most. */
    int MAX_AT_ONCE = 128;

    @Override
    void close();
}
