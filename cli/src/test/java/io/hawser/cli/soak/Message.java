package io.hawser.cli.soak;

/**
 * A publication as a client or the stream shows it.
 *
 * @param offset its place in the stream, from 1
 * @param number what its publisher called it, from 1, each once in a channel
 */
record Message(long offset, long number) {}
