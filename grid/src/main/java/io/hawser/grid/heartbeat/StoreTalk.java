package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks the store, one question of a kind at a time, and hands the answers to the mesh's thread. For
 * that thread.
 */
final class StoreTalk {
    private static final Logger log = LoggerFactory.getLogger(StoreTalk.class);

    /** An answer that has not come by then does not come: it was lost on its way to the thread. */
    private static final long LOST_MS = 2_000;

    private static final long NOT = Long.MIN_VALUE / 2;

    private final @Nullable VoteStore votes;
    private final Consumer<MeshLoop.Order> orders;
    private long exchangingSinceMs = NOT;
    private final Map<String, Long> claimingSinceMs = new HashMap<>();

    /**
     * @param orders takes answers to the mesh's thread
     */
    StoreTalk(@Nullable VoteStore votes, Consumer<MeshLoop.Order> orders) {
        this.votes = votes;
        this.orders = orders;
    }

    void exchange(StoreView own, long askedMs) {
        if (votes == null || askedMs - exchangingSinceMs < LOST_MS) {
            return;
        }
        exchangingSinceMs = askedMs;
        votes.exchange(own)
                .whenComplete(
                        (views, failure) ->
                                orders.accept(
                                        (detector, nowMs) -> {
                                            exchangingSinceMs = NOT;
                                            if (failure == null) {
                                                detector.storeAnswered(views, nowMs);
                                            } else {
                                                log.debug("no views from the store", failure);
                                            }
                                        }));
    }

    void claim(Verdict.Claim claim, Life self, long askedMs) {
        long sinceMs = claimingSinceMs.getOrDefault(claim.generation(), NOT);
        if (votes == null || askedMs - sinceMs < LOST_MS) {
            return;
        }
        claimingSinceMs.put(claim.generation(), askedMs);
        votes.claim(claim.generation(), claim.division())
                .whenComplete(
                        (granted, failure) ->
                                orders.accept(
                                        (detector, nowMs) ->
                                                decided(
                                                        claim, self, granted, failure, detector,
                                                        nowMs)));
    }

    private void decided(
            Verdict.Claim claim,
            Life self,
            @Nullable Boolean granted,
            @Nullable Throwable failure,
            FailureDetector detector,
            long nowMs) {
        claimingSinceMs.clear(); // of other generations nobody asks any more
        if (granted == null) {
            log.debug("no decision from the store", failure);
        } else if (detector.self().equals(self)) {
            log.info(
                    "the store has {} the claim of {}",
                    granted ? "granted" : "denied",
                    claim.division().side());
            detector.claimed(claim.division(), granted, nowMs);
        }
    }
}
