package io.hawser.devkit;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks a service whether it serves, in its own protocol but without a client library. */
final class Probe {
    private static final int TIMEOUT_MS = 1_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int POSTGRES_PROTOCOL_3_0 = 3 << 16;

    private Probe() {}

    /**
     * Asks until the answer is yes. Nothing tells us when a port opens, so this asks every 20 ms.
     *
     * @return false if the time is over, the thread interrupted, or the service no more alive
     */
    static boolean await(BooleanSupplier answers, BooleanSupplier alive, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (alive.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            if (answers.getAsBoolean()) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return false;
    }

    /** Whether Redis answers PING with PONG: it has loaded its data and takes the password. */
    static boolean redis(Service.Address address, @Nullable String password) {
        String auth = password == null ? "" : "AUTH " + password + "\r\n";
        try (Socket socket = connect(address)) {
            send(socket, (auth + "PING\r\n").getBytes(StandardCharsets.UTF_8));
            var reader =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            if (password != null && !"+OK".equals(reader.readLine())) {
                return false;
            }
            return "+PONG".equals(reader.readLine());
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether PostgreSQL answers a start of session by asking for a password, or letting us in. */
    static boolean postgres(int port, String user) {
        byte[] parameters =
                ("user\0" + user + "\0database\0postgres\0\0").getBytes(StandardCharsets.UTF_8);
        int length = 8 + parameters.length;
        var startup = ByteBuffer.allocate(length);
        startup.putInt(length).putInt(POSTGRES_PROTOCOL_3_0).put(parameters);
        try (Socket socket = connect(new Service.Address("127.0.0.1", port))) {
            send(socket, startup.array());
            // 'R' is an authentication request; 'E' an error, such as "is starting up".
            return new DataInputStream(socket.getInputStream()).readByte() == 'R';
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Socket connect(Service.Address address) throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }
}
