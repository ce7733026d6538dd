package io.hawser.grid.presence;

/**
 * What presence on this node has come to.
 *
 * @param members this node's clients in channels that keep presence or tell of comings and goings;
 *     a client in three channels counts three times
 * @param channels with such members
 * @param waiting channels and members of the roll that wait to be written to the grid
 * @param failures writes to the grid that failed, since the start
 * @param overflows changes that found no room to wait, since the start; all is written anew then
 * @param unanswered questions to other nodes about their members without an answer, since the start
 */
public record PresenceCounts(
        long members, int channels, int waiting, long failures, long overflows, long unanswered) {}
