package io.hawser.grid.presence;

/**
 * One life of a node.
 *
 * @param node its id
 * @param incarnation counts its lives, from 1
 */
public record NodeLife(String node, long incarnation) {}
