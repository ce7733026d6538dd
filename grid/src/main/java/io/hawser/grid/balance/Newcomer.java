package io.hawser.grid.balance;

/**
 * A client that looks for a node. Immutable, thread-safe.
 *
 * @param user empty for an anonymous one
 * @param address IP address that it comes from, without port; empty if not known
 * @param region where it would like to be served; empty for anywhere
 */
public record Newcomer(String user, String address, String region) {}
