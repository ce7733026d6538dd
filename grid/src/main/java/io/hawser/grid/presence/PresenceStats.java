package io.hawser.grid.presence;

/**
 * How many are in a channel.
 *
 * @param clients connections
 * @param users distinct users; all anonymous clients count as one
 */
public record PresenceStats(int clients, int users) {}
