package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.SessionCounters;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The queue of an I/O thread, which is held up by the test. */
class IoLoopTest {
    private static final int DELIVERIES = 5000;

    private final XnioWorker worker = worker();
    private final IoLoop loop =
            new IoLoop(
                    worker.getIoThread(),
                    new SessionCounters(),
                    new OutLimits(1 << 20, 0, new Shedding()),
                    new DeltaChannels());
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger delivered = new AtomicInteger();

    private static XnioWorker worker() {
        try {
            return Xnio.getInstance()
                    .createWorker(
                            OptionMap.builder()
                                    .set(Options.WORKER_IO_THREADS, 1)
                                    .set(Options.THREAD_DAEMON, true)
                                    .getMap());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        go.countDown();
        loop.stop();
        worker.shutdownNow();
        assertThat(worker.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private void holdUp() {
        loop.execute(
                () -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private Thread lane() {
        var info = new ClientInfo("user", "client", Payload.EMPTY, Payload.EMPTY);
        return Thread.ofPlatform()
                .start(
                        () -> {
                            for (int i = 0; i < DELIVERIES; i++) {
                                loop.deliver("c", Delivery.joinLeave(new Push.JoinPush("c", info)));
                                delivered.incrementAndGet();
                            }
                        });
    }

    @Test
    void aLaneWaitsForAThreadThatIsBehindAndThenGoesOn() throws InterruptedException {
        holdUp();
        Thread lane = lane();
        await().until(() -> lane.getState() == Thread.State.TIMED_WAITING);
        assertThat(delivered).hasValueLessThan(DELIVERIES);
        go.countDown();
        lane.join(5000);
        assertThat(delivered).hasValue(DELIVERIES);
    }

    @Test
    void aLaneDoesNotWaitForAThreadThatHasStopped() throws InterruptedException {
        holdUp();
        Thread lane = lane();
        await().until(() -> lane.getState() == Thread.State.TIMED_WAITING);
        loop.stop();
        lane.join(5000);
        assertThat(delivered).hasValue(DELIVERIES);
    }

    @Test
    void aTaskThatFailsHoldsUpNobody() throws InterruptedException {
        var ran = new CountDownLatch(1);
        loop.execute(
                () -> {
                    throw new IllegalStateException("a task of the test fails");
                });
        loop.execute(ran::countDown);
        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aConnectionThatEndsWhileItsThreadDoesDepartsAtOnce() throws InterruptedException {
        var connection =
                new ClientConnection(
                        "last",
                        "127.0.0.1",
                        WireForm.of(Codec.of(Encoding.JSON), false),
                        new TestSocket(1 << 16),
                        loop,
                        false);
        var departed = new CountDownLatch(1);
        holdUp();
        loop.execute(
                () -> {
                    worker.shutdown();
                    loop.depart(connection);
                    departed.countDown();
                });
        go.countDown();
        assertThat(departed.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
