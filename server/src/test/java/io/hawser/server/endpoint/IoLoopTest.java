package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Lanes;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.Selection;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.uring.IoUring;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The queue of an I/O thread, which is held up by the test. */
class IoLoopTest {
    private static final int DELIVERIES = 5000;
    private static final int PATIENCE_S = 20;
    private static final Pattern CHANNEL_AND_OFFSET =
            Pattern.compile("\"channel\":\"(\\w+)\".*?\"offset\":(\\d+)");

    private final XnioWorker worker = worker();
    private final long begunNanos = System.nanoTime();
    private final IoLoop loop =
            new IoLoop(
                    worker.getIoThread(),
                    new SessionCounters(),
                    new OutLimits(1 << 20, 0, new Shedding()),
                    new DeltaChannels(),
                    new SharedFilters(),
                    IoUring.OFF);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger delivered = new AtomicInteger();
    private final Lanes lanes = new Lanes(1, 16);

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
        lanes.close();
        worker.shutdownNow();
        assertThat(worker.awaitTermination(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }

    /** Returns once the thread is held up: nothing that comes now runs before {@link #go}. */
    private void holdUp() throws InterruptedException {
        var held = new CountDownLatch(1);
        loop.execute(
                () -> {
                    held.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThat(held.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }

    /** A lane at work. */
    private record Working(Thread thread, CompletableFuture<?> done) {
        void awaitHeldUp() {
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            assertThat(done).isNotDone();
        }

        void awaitDone() throws Exception {
            done.get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private Working onLane(Runnable task) throws Exception {
        var thread = new CompletableFuture<Thread>();
        var done = new CompletableFuture<Void>();
        lanes.execute(
                "c",
                () -> {
                    thread.complete(Thread.currentThread());
                    task.run();
                    done.complete(null);
                });
        return new Working(thread.get(PATIENCE_S, TimeUnit.SECONDS), done);
    }

    private void deliver(Priority priority) {
        var info = new ClientInfo("user", "client", Payload.EMPTY, Payload.EMPTY);
        for (int i = 0; i < DELIVERIES; i++) {
            loop.deliver("c", Delivery.joinLeave(new Push.JoinPush("c", info)), priority);
            delivered.incrementAndGet();
        }
    }

    @Test
    void aLaneWaitsForAThreadThatIsBehindAndThenGoesOn() throws Exception {
        holdUp();
        Working lane = onLane(() -> deliver(Priority.LOW));
        lane.awaitHeldUp();
        assertThat(delivered).hasValueLessThan(DELIVERIES);
        go.countDown();
        lane.awaitDone();
        assertThat(delivered).hasValue(DELIVERIES);
    }

    @Test
    void aLaneDoesNotWaitForAThreadThatHasStopped() throws Exception {
        holdUp();
        Working lane = onLane(() -> deliver(Priority.LOW));
        lane.awaitHeldUp();
        loop.stop();
        lane.awaitDone();
        assertThat(delivered).hasValue(DELIVERIES);
    }

    @Test
    void anotherThreadThanALanesIsNeverHeldUpAndSeesThatItIsBehind() throws Exception {
        holdUp();
        assertThat(loop.isBehind()).isFalse();
        deliver(Priority.LOW);
        assertThat(delivered).hasValue(DELIVERIES);
        assertThat(loop.isBehind()).isTrue();
        go.countDown();
        await().until(() -> !loop.isBehind());
    }

    @Test
    void aTaskThatFailsHoldsUpNobody() throws InterruptedException {
        var ran = new CountDownLatch(1);
        loop.execute(
                () -> {
                    throw new IllegalStateException("a task of the test fails");
                });
        loop.execute(ran::countDown);
        assertThat(ran.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
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
        assertThat(departed.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aThreadIsStuckAfterFiveSecondsInWhichItDidNotGoOn() throws InterruptedException {
        loop.start();
        assertThat(loop.isStuck(begunNanos + 5_000_000_000L)).as("not yet").isFalse();
        await("it has gone on").until(() -> !loop.isStuck(begunNanos + 6_500_000_000L));
        holdUp();
        long stuckNanos = System.nanoTime() + 5_000_000_001L;
        assertThat(loop.isStuck(stuckNanos)).isTrue();
        await("it stays so, whatever waits for it")
                .during(Duration.ofMillis(1_200))
                .until(() -> loop.isStuck(stuckNanos));
        go.countDown();
        await("it goes on").until(() -> !loop.isStuck(stuckNanos));
    }

    private void publish(String channel, int number, Priority lane) {
        Payload data = Payload.of(Integer.toString(number));
        var publication = new Publication(number, data, null, Map.of(), 0);
        loop.deliver(channel, Delivery.publication(channel, publication, null), lane);
    }

    /** What a client has got so far, each publication as its channel and number. */
    private List<String> received(TestSocket socket) throws Exception {
        var bytes = new CompletableFuture<byte[]>();
        loop.execute(() -> bytes.complete(socket.bytes()));
        return CHANNEL_AND_OFFSET
                .matcher(new String(bytes.get(PATIENCE_S, TimeUnit.SECONDS), UTF_8))
                .results()
                .map(found -> found.group(1) + found.group(2))
                .toList();
    }

    private TestSocket subscriber(String... channels) throws Exception {
        var socket = new TestSocket(1 << 26);
        var connection =
                new ClientConnection(
                        "client",
                        "127.0.0.1",
                        WireForm.of(Codec.of(Encoding.JSON), false),
                        socket,
                        loop,
                        false);
        ChannelOptions options = ConfigLoader.load(Optional.empty(), Map.of(), List.of()).channel();
        for (String channel : channels) {
            loop.execute(() -> connection.attach(channel, options, Selection.all(false)));
        }
        received(socket); // has run after these
        return socket;
    }

    /** Thousands of low wait, as many as may; their thread waits, and high passes them all. */
    @Test
    void highGoesBeforeThousandsOfLowAndEachChannelKeepsItsOrder() throws Exception {
        TestSocket socket = subscriber("high", "low");
        holdUp();
        Working low =
                onLane(
                        () -> {
                            for (int i = 1; i <= DELIVERIES; i++) {
                                publish("low", i, Priority.LOW);
                            }
                        });
        low.awaitHeldUp();
        for (int i = 1; i <= 100; i++) {
            publish("high", i, Priority.HIGH); // returns at once, though low is full
        }
        assertThat(low.done()).isNotDone();

        go.countDown();
        low.awaitDone();
        await().until(() -> received(socket).size() == DELIVERIES + 100);
        List<String> received = received(socket);

        assertThat(received.stream().filter(one -> one.startsWith("low")))
                .containsExactlyElementsOf(numbered("low", DELIVERIES));
        assertThat(received.stream().filter(one -> one.startsWith("high")))
                .containsExactlyElementsOf(numbered("high", 100));
        // Low gets a sixteenth, and what shares a batch leaves together, the first channel first.
        assertThat(received.indexOf("high100")).isLessThan(300);
    }

    private static List<String> numbered(String channel, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> channel + i).toList();
    }

    @Test
    void lowIsNotStarved() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        var done = new CountDownLatch(600);
        holdUp();
        for (int i = 0; i < 300; i++) {
            for (Priority lane : List.of(Priority.HIGH, Priority.LOW)) {
                loop.execute(
                        () -> {
                            order.add(lane.name());
                            done.countDown();
                        },
                        lane);
            }
        }
        go.countDown();
        assertThat(done.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(order.subList(0, 160).stream().filter("LOW"::equals).count()).isBetween(9L, 11L);
    }

    @Test
    void whatBelongsToNoLaneRunsBehindAll() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        var done = new CountDownLatch(1);
        holdUp();
        loop.execute(() -> order.add("low"), Priority.LOW);
        loop.execute(() -> order.add("normal"), Priority.NORMAL);
        loop.execute(() -> order.add("first"));
        loop.execute(() -> order.add("second"));
        loop.execute(() -> order.add("high"), Priority.HIGH);
        loop.execute(done::countDown);
        go.countDown();
        assertThat(done.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("high", "normal", "low", "first", "second");
    }
}
