package io.hawser.cli.cluster;

import java.util.List;

/**
 * Where a node runs. Immutable.
 *
 * @param host the address that it listens on
 * @param prefix goes before its command; empty: none
 */
record TestPlace(String host, List<String> prefix) {
    static final TestPlace LOOPBACK = new TestPlace("127.0.0.1", List.of());
}
