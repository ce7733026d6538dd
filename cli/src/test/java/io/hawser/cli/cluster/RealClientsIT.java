package io.hawser.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.hawser.server.security.TokenIssuer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Client libraries that nobody here wrote, against a cluster of two nodes. */
class RealClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(3);

    @TempDir static Path directory;
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster =
                TestCluster.start(2, directory, Map.of("redis.timeout", TestCluster.PATIENT_REDIS));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String token(String user) {
        return new TokenIssuer(TestCluster.TOKEN_SECRET).connection(user, Instant.now()).sign();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void theJavaScriptClient(String encoding) throws Exception {
        NpmProject.install();
        String output =
                NpmProject.run(
                        RUN_LIMIT,
                        "real-client.mjs",
                        encoding,
                        cluster.node(1).webSocket().toString(),
                        cluster.node(2).webSocket().toString(),
                        token("alice"),
                        token("bob"));
        assertThat(output).contains("passed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void deltasAndFiltersOfTheJavaScriptClient(String encoding) throws Exception {
        NpmProject.install();
        String output =
                NpmProject.run(
                        RUN_LIMIT,
                        "delta-client.mjs",
                        encoding,
                        cluster.node(1).webSocket().toString(),
                        cluster.node(2).webSocket().toString(),
                        token("dave"),
                        cluster.node(1).admin("/api/publish").toString(),
                        TestCluster.API_KEY);
        assertThat(output).contains("passed");
    }

    /** Counts what the Java client reports. */
    private static final class Listener extends SubscriptionEventListener {
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        final List<String> data = new CopyOnWriteArrayList<>();
        final AtomicInteger subscribed = new AtomicInteger();
        final AtomicInteger recovered = new AtomicInteger();

        @Override
        public void onSubscribed(Subscription subscription, SubscribedEvent event) {
            if (Boolean.TRUE.equals(event.getRecovered())) {
                recovered.incrementAndGet();
            }
            subscribed.incrementAndGet();
        }

        @Override
        public void onPublication(Subscription subscription, PublicationEvent event) {
            offsets.add(event.getOffset());
            data.add(new String(event.getData(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void theJavaClient() throws Exception {
        var connected = new AtomicInteger();
        var options = new Options();
        options.setToken(token("carol"));
        options.setTimeout(Math.toIntExact(LIMIT.toMillis()));
        var client =
                new Client(
                        cluster.node(2).webSocket().toString(),
                        options,
                        new EventListener() {
                            @Override
                            public void onConnected(Client c, ConnectedEvent event) {
                                connected.incrementAndGet();
                            }

                            @Override
                            public void onDisconnected(Client c, DisconnectedEvent event) {
                                connected.decrementAndGet();
                            }
                        });
        var listener = new Listener();
        Subscription subscription = client.newSubscription("ticks:JAVA", listener);
        subscription.subscribe();
        client.connect();
        await("subscribed").atMost(LIMIT).until(() -> listener.subscribed.get() == 1);

        publish(1, 30);
        await("live").atMost(LIMIT).until(() -> listener.offsets.size() == 30);
        client.disconnect();
        await("disconnected").atMost(LIMIT).until(() -> connected.get() == 0);
        publish(31, 60);
        client.connect();
        await("recovered").atMost(LIMIT).until(() -> listener.offsets.size() == 60);

        assertThat(listener.offsets).isEqualTo(LongStream.rangeClosed(1, 60).boxed().toList());
        assertThat(listener.data.getLast()).isEqualTo("{\"n\":60}");
        assertThat(listener.recovered.get()).isEqualTo(1);
        client.close(1_000);
    }

    private static void publish(int from, int to) throws Exception {
        for (int n = from; n <= to; n++) {
            String body = "{\"channel\":\"ticks:JAVA\",\"data\":{\"n\":" + n + "}}";
            assertThat(cluster.api(cluster.node(1), "publish", body)).contains("\"offset\":" + n);
        }
    }
}
