package io.hawser.cli.demo;

import io.hawser.devkit.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which ports of 127.0.0.1 the demo uses. The usual ones where they are free, others where they are
 * not. Immutable.
 *
 * @param front what clients connect to
 * @param nodes one for each node, in their order
 */
record PortPlan(int front, List<NodePorts> nodes) {
    private static final int FRONT = 8000;
    private static final int PUBLIC = 8000;
    private static final int ADMIN = 9000;
    private static final int GRID = 5700;
    private static final int AGENT = 9100;

    /** The ports of one node. */
    record NodePorts(int http, int admin, int grid, int agent) {}

    PortPlan {
        nodes = List.copyOf(nodes);
    }

    /**
     * Chooses them.
     *
     * @param notes told where a usual port is taken
     */
    static PortPlan choose(int nodes, Consumer<String> notes) {
        int front = freeOr(FRONT, "clients", notes);
        List<NodePorts> chosen = new ArrayList<>();
        for (int n = 1; n <= nodes; n++) {
            chosen.add(
                    new NodePorts(
                            freeOr(PUBLIC + n, "n" + n, notes),
                            freeOr(ADMIN + n, "the admin port of n" + n, notes),
                            freeOr(GRID + n, "the grid port of n" + n, notes),
                            freeOr(AGENT + n, "the agent port of n" + n, notes)));
        }
        return new PortPlan(front, chosen);
    }

    private static int freeOr(int usual, String what, Consumer<String> notes) {
        if (isFree(usual)) {
            return usual;
        }
        int other = Ports.free();
        notes.accept("port " + usual + " is in use; " + what + ": " + other + " instead");
        return other;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
