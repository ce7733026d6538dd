package io.hawser.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine, in the form of a node id. Stateless. */
public final class HostName {
    /** Read first, since it needs no name service. */
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private static final int MAX_LENGTH = 64;

    private HostName() {}

    static String asNodeId() {
        return asNodeId(read());
    }

    /** Cut to 64 characters, other characters replaced; "node" if nothing is left. */
    static String asNodeId(String name) {
        String clean =
                name.strip().replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        return clean.isEmpty() ? "node" : clean.substring(0, Math.min(clean.length(), MAX_LENGTH));
    }

    private static String read() {
        try {
            return Files.isReadable(KERNEL)
                    ? Files.readString(KERNEL)
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            // No name of its own: loopback's serves a single node, others set node.id.
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
