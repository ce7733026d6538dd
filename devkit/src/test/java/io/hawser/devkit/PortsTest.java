package io.hawser.devkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

class PortsTest {

    @Test
    void areDifferentAndBelowThoseOfOutgoingConnections() {
        var ports = new ArrayList<>(Ports.free(200));
        ports.add(Ports.free());
        assertThat(ports)
                .hasSize(201)
                .doesNotHaveDuplicates()
                .allMatch(port -> port >= 10_000 && port < 32_000);
    }

    @Test
    void canBeBound() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int port : Ports.free(20)) {
                sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            }
            assertThat(sockets).allMatch(ServerSocket::isBound);
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
