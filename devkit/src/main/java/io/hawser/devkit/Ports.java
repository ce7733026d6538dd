package io.hawser.devkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Free ports of 127.0.0.1, for TCP and UDP, between 10000 and 31999: below the range from which
 * Linux takes the ports of outgoing connections by default, so that none of these sits on a port
 * between our asking and its use. Never hands out the same port twice in a process. Thread-safe.
 */
public final class Ports {
    private static final int FIRST = 10_000;
    private static final int LAST = 31_999;
    private static final int MAX_TRIES = 10_000;
    private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A port that nobody listens on.
     *
     * @throws IllegalStateException if none is found
     */
    public static int free() {
        // Random, not counted up: two processes that ask at the same time should not meet.
        for (int i = 0; i < MAX_TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (HANDED_OUT.add(port) && canBind(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port in " + FIRST + "-" + LAST);
    }

    /** That many different free ports. */
    public static List<Integer> free(int count) {
        return Stream.generate(Ports::free).limit(count).toList();
    }

    private static boolean canBind(int port) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var tcp = new ServerSocket();
                var udp = new DatagramSocket(null)) {
            tcp.setReuseAddress(false);
            tcp.bind(address);
            udp.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
