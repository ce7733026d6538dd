package io.hawser.grid.delivery;

import java.util.List;

/**
 * What has been counted since the start. Immutable.
 *
 * @param acknowledged positions written
 * @param coalesced acknowledgements that went with a later one of the same position
 * @param failed positions that could not be written: what they acknowledge comes again
 * @param writes calls of the store, each for some positions of one user
 * @param begun subscriptions that found no position and began one
 * @param resumed subscriptions that went on from a position
 * @param lost of these, those that could not be given everything since
 * @param waiting positions that wait to be written now
 * @param lagBounds upper bounds of the lags counted: publications that a user was behind at the
 *     subscribe
 * @param lags how many lags fell below each bound and above the one before; one more for those
 *     above all
 * @param lagSum of all lags
 */
public record DeliveryCounts(
        long acknowledged,
        long coalesced,
        long failed,
        long writes,
        long begun,
        long resumed,
        long lost,
        int waiting,
        List<Long> lagBounds,
        List<Long> lags,
        long lagSum) {}
