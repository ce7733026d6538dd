package io.hawser.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link SocketCloser} with real connections, which are pipes. */
class SocketCloserTest {
    private static final int THREADS = 4;
    private static final int EACH = 20;

    private static XnioWorker worker;

    private final SocketCloser closer = SocketCloser.start();

    @BeforeAll
    static void startWorker() throws IOException {
        worker =
                Xnio.getInstance()
                        .createWorker(
                                OptionMap.create(
                                        Options.WORKER_IO_THREADS, 1, Options.THREAD_DAEMON, true));
    }

    @AfterAll
    static void stopWorker() throws InterruptedException {
        worker.shutdownNow();
        assertThat(worker.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static List<StreamConnection> connections(int pairs) throws IOException {
        List<StreamConnection> connections = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            var pipe = worker.createFullDuplexPipeConnection();
            connections.add(pipe.getLeftSide());
            connections.add(pipe.getRightSide());
        }
        return connections;
    }

    private static void awaitClosed(List<StreamConnection> connections) {
        await().atMost(10, TimeUnit.SECONDS)
                .until(() -> connections.stream().noneMatch(StreamConnection::isOpen));
    }

    @Test
    void closesWhatComesWhileItSleeps() throws IOException {
        for (StreamConnection connection : connections(10)) {
            closer.close(connection, false);
            awaitClosed(List.of(connection));
        }
        closer.close();
    }

    @RepeatedTest(10)
    void leavesNothingOpenThoughItEndsMeanwhile() throws Exception {
        List<StreamConnection> all = connections(THREADS * EACH / 2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            List<StreamConnection> part = all.subList(i * EACH, (i + 1) * EACH);
            threads.add(
                    Thread.ofPlatform().start(() -> part.forEach(one -> closer.close(one, false))));
        }
        closer.close();
        for (Thread thread : threads) {
            thread.join();
        }
        awaitClosed(all);
    }
}
