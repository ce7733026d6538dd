package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.metrics.LatencyHistogram;
import io.hawser.grid.priority.Priority;
import io.hawser.grid.priority.Shedding;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.config.HawserConfig;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.session.Selection;
import io.hawser.server.session.SessionCounters;
import io.hawser.server.uring.IoUring;
import io.hawser.server.websocket.Admission;
import io.hawser.server.websocket.SocketCloser;
import io.hawser.server.websocket.SocketSession;
import io.hawser.server.websocket.WebSocketFront;
import io.hawser.server.websocket.WebSocketPath;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpOpenListener;

import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The way from a publication to the sockets of a channel's members, without sessions. */
@Timeout(60)
class FanOutTest {
    private static final int PATIENCE_S = 10;

    private static final HawserConfig CONFIG =
            ConfigLoader.load(Optional.empty(), Map.of(), List.of());

    private final SessionCounters counters = new SessionCounters();
    private final FanOut fanOut =
            new FanOut(
                    command -> {},
                    counters,
                    CONFIG.client(),
                    new Shedding(),
                    channel -> Priority.NORMAL,
                    IoUring.probe(true));
    private final BlockingQueue<ClientConnection> opened = new LinkedBlockingQueue<>();
    private final DefaultByteBufferPool pool = new DefaultByteBufferPool(true, 16 * 1024);
    private final SocketCloser closer = SocketCloser.start();
    private final List<Socket> clients = new ArrayList<>();
    private final XnioWorker worker;
    private final AcceptingChannel<StreamConnection> server;

    /** A member's connection, and the client's end of it. */
    private record Member(ClientConnection connection, DataInputStream in) {
        String frame() throws IOException {
            in.readUnsignedByte();
            int length = in.readUnsignedByte();
            int size = length == 126 ? in.readUnsignedShort() : length;
            return new String(in.readNBytes(size), StandardCharsets.UTF_8);
        }

        /** Reads until a message holds the text. */
        List<String> until(String text) throws IOException {
            return until(1, text);
        }

        /** Reads until so many messages hold the text, the last that has come among them. */
        List<String> until(int count, String text) throws IOException {
            List<String> messages = new ArrayList<>();
            while (messages.isEmpty()
                    || !messages.getLast().contains(text)
                    || messages.stream().filter(m -> m.contains(text)).count() < count) {
                messages.addAll(List.of(frame().split("\n", -1)));
            }
            return messages;
        }

        void run(Runnable task) throws Exception {
            var done = new CompletableFuture<Void>();
            connection.execute(
                    () -> {
                        task.run();
                        done.complete(null);
                    });
            done.get(PATIENCE_S, TimeUnit.SECONDS);
        }

        void attach(String channel, boolean joinLeave) throws Exception {
            run(() -> connection.attach(channel, CONFIG.channel(), Selection.all(joinLeave)));
        }

        void detach(String channel) throws Exception {
            run(() -> connection.detach(channel));
        }
    }

    private final class Opening extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            var socket = (SocketSession) session;
            var connection =
                    new ClientConnection(
                            "id",
                            "address",
                            WireForm.of(
                                    Codec.of(Encoding.JSON),
                                    socket.request().query().equals("uni")),
                            fanOut.wire(socket),
                            fanOut.loop(socket.thread()),
                            false);
            socket.own(connection);
            opened.add(connection);
        }
    }

    FanOutTest() throws IOException {
        worker =
                Xnio.getInstance()
                        .createWorker(
                                OptionMap.builder()
                                        .set(Options.WORKER_IO_THREADS, 1)
                                        .set(Options.THREAD_DAEMON, true)
                                        .getMap());
        var front =
                new WebSocketFront(
                        new HttpOpenListener(pool, OptionMap.EMPTY),
                        pool,
                        new Admission(1_000_000, 1_000),
                        new WebSocketFront.Timeouts(10_000, 10_000));
        front.serve(
                List.of(
                        new WebSocketPath(
                                Handshake.configuration("/ws"), new Opening(), 1000, closer)),
                request -> null);
        server =
                worker.createStreamConnectionServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ChannelListeners.openListenerAdapter(front),
                        OptionMap.EMPTY);
        server.resumeAccepts();
    }

    @AfterEach
    void stop() throws IOException {
        fanOut.close();
        for (Socket client : clients) {
            client.close();
        }
        IoUtils.safeClose(server);
        worker.shutdownNow();
        closer.close();
        pool.close();
    }

    private Member member() throws Exception {
        return member("/ws");
    }

    private Member member(String target) throws Exception {
        int port = server.getLocalAddress(InetSocketAddress.class).getPort();
        var client = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(client);
        client.setSoTimeout(PATIENCE_S * 1000);
        String request =
                String.join(
                        "\r\n",
                        "GET " + target + " HTTP/1.1",
                        "Host: h",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "",
                        "");
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var in = new DataInputStream(client.getInputStream());
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        ClientConnection connection = opened.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(connection).isNotNull();
        return new Member(Objects.requireNonNull(connection), in);
    }

    private void publish(String channel, int number) {
        fanOut.publication(
                channel,
                new Publication(0, Payload.of("{\"n\":" + number + "}"), null, Map.of(), 0));
    }

    @Test
    void eachPublicationOfASubscribedChannelIsTimed() throws Exception {
        Member member = member();
        member.attach("c", false);
        publish("c", 1);
        publish("nobody", 1);
        publish("c", 2);
        member.until("\"n\":2");
        member.run(() -> {}); // behind the end of that batch
        LatencyHistogram taken = fanOut.takeLatency();
        assertThat(taken.count()).isEqualTo(2);
        assertThat(taken.percentileMs(100)).isPositive().isLessThan(PATIENCE_S * 1000);
        assertThat(fanOut.takeLatency().count()).isZero();
    }

    @Test
    void everyMemberGetsAllInOrder() throws Exception {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Member member = member(i % 2 == 0 ? "/ws" : "/ws?uni");
            member.attach("c", false);
            members.add(member);
        }
        for (int i = 0; i < 5_000; i++) {
            publish("c", i);
        }
        for (Member member : members) {
            List<String> messages = member.until("\"n\":4999}");
            assertThat(messages).hasSize(5_000);
            for (int i = 0; i < 5_000; i++) {
                assertThat(messages.get(i)).contains("{\"n\":" + i + "}");
            }
        }
        assertThat(counters.delivered.sum()).isEqualTo(50_000);
    }

    /** Of several frames at once, and by who reads only when all has been sent. */
    @Test
    void aMemberOfManyChannelsGetsAllOfEachInOrder() throws Exception {
        int channels = 20;
        int each = 200;
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Member member = member();
            for (int channel = i % 2; channel < channels; channel++) {
                member.attach("c" + channel, false);
            }
            members.add(member);
        }
        for (int n = 0; n < each; n++) {
            for (int channel = 0; channel < channels; channel++) {
                publish("c" + channel, n);
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            publish("c" + channel, each);
        }
        for (int i = 0; i < members.size(); i++) {
            List<String> messages = members.get(i).until(channels - i % 2, ":" + each + "}");
            for (int channel = i % 2; channel < channels; channel++) {
                String name = "\"c" + channel + "\"";
                assertThat(numbers(messages.stream().filter(m -> m.contains(name)).toList()))
                        .isEqualTo(IntStream.rangeClosed(0, each).boxed().toList());
            }
        }
    }

    @Test
    void onlyMembersOfTheChannelGetIt() throws Exception {
        Member one = member();
        Member other = member();
        one.attach("a", false);
        other.attach("b", false);
        publish("a", 1);
        publish("b", 2);
        publish("nobody's", 3);
        publish("a", 4);
        publish("b", 5);
        assertThat(String.join("", one.until("{\"n\":4}")))
                .contains("{\"n\":1}")
                .doesNotContain(":2");
        assertThat(String.join("", other.until("{\"n\":5}"))).contains(":2}").doesNotContain(":1}");
    }

    @Test
    void whoLeavesMakesRoomForNobodyElsesLoss() throws Exception {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            members.add(member());
            members.getLast().attach("c", false);
        }
        for (int gone : new int[] {0, 3, 6}) {
            members.get(gone).detach("c");
            members.get(gone).attach("still", false);
        }
        publish("c", 1);
        publish("still", 2);
        for (int i = 0; i < 7; i++) {
            boolean left = i % 3 == 0;
            assertThat(members.get(i).frame()).contains(left ? ":2}" : ":1}");
        }
    }

    /**
     * A publication that no codec can write. There is none; the next mistake of ours may make one.
     */
    private static Map<String, String> faultyTags() {
        return new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                throw new IllegalStateException("on purpose");
            }
        };
    }

    @Test
    void whatCannotBeEncodedHoldsUpNobodyElse() throws Exception {
        Member of = member();
        of.attach("bad", false);
        of.attach("good", false);
        fanOut.publication("bad", new Publication(1, Payload.of("0"), null, faultyTags(), 0));
        publish("good", 1);
        publish("good", 2);
        assertThat(numbers(of.until(":2}"))).containsExactly(1, 2);
    }

    @Test
    void membershipIsExactWithinABatch() throws Exception {
        Member early = member();
        Member late = member();
        early.attach("c", false);
        early.run( // all of this is one batch: what is published here comes behind it
                () -> {
                    publish("c", 1);
                    late.connection()
                            .execute(
                                    () ->
                                            late.connection()
                                                    .attach(
                                                            "c",
                                                            CONFIG.channel(),
                                                            Selection.all(false)));
                    publish("c", 2);
                    early.connection().execute(() -> early.connection().detach("c"));
                    publish("c", 3);
                    early.connection()
                            .execute(
                                    () ->
                                            early.connection()
                                                    .attach(
                                                            "c",
                                                            CONFIG.channel(),
                                                            Selection.all(false)));
                    publish("c", 4);
                });
        assertThat(numbers(early.until(":4}"))).containsExactly(1, 2, 4);
        assertThat(numbers(late.until(":4}"))).containsExactly(2, 3, 4);
    }

    private static List<Integer> numbers(List<String> messages) {
        return messages.stream()
                .map(m -> m.substring(m.indexOf("\"n\":") + 4))
                .map(m -> Integer.valueOf(m.substring(0, m.indexOf('}'))))
                .toList();
    }

    @Test
    void joinsGoToThoseWhoAsked() throws Exception {
        Member asked = member();
        Member other = member();
        asked.attach("c", true);
        other.attach("c", false);
        var info = new ClientInfo("user", "client", Payload.EMPTY, Payload.EMPTY);
        fanOut.presence("c", new PresenceEvent.Join(info));
        publish("c", 1);
        fanOut.presence("c", new PresenceEvent.Leave(info));
        publish("c", 2);
        assertThat(asked.until(":2}")).hasSize(4);
        assertThat(other.until(":2}")).hasSize(2);
    }
}
