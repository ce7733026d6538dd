package io.hawser.server.endpoint;

import io.hawser.grid.priority.Shedding;

/**
 * What may wait for a connection.
 *
 * @param maxQueueBytes bytes that a connection which does not read may leave unsent
 * @param writeDelayMs how long messages are held back, so that more leave in one write; 0 for not
 *     at all
 * @param shedding whether what is of low priority is dropped sooner
 */
record OutLimits(int maxQueueBytes, long writeDelayMs, Shedding shedding) {}
