package io.hawser.server.endpoint;

/**
 * What may wait for a connection. Immutable.
 *
 * @param maxQueueBytes bytes that a connection which does not read may leave unsent
 * @param writeDelayMs how long messages are held back, so that more leave in one write; 0 for not
 *     at all
 */
record OutLimits(int maxQueueBytes, long writeDelayMs) {}
