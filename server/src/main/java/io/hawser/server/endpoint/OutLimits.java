package io.hawser.server.endpoint;

/**
 * What may wait for a connection. Immutable.
 *
 * @param maxQueueBytes bytes that a connection which does not read may leave unsent
 */
record OutLimits(int maxQueueBytes) {}
