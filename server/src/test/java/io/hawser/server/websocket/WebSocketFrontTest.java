package io.hawser.server.websocket;

import static io.hawser.server.websocket.ClientFrames.BINARY;
import static io.hawser.server.websocket.ClientFrames.FIN;
import static io.hawser.server.websocket.ClientFrames.PING;
import static io.hawser.server.websocket.ClientFrames.PONG;
import static io.hawser.server.websocket.ClientFrames.TEXT;
import static io.hawser.server.websocket.ClientFrames.utf8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Real sockets: what becomes of a connection, from its first byte to its end. */
@Timeout(60)
class WebSocketFrontTest {
    private static final int PATIENCE_S = 20;
    private static final int QUEUE = 60;
    private static final String HANDSHAKE = TestClient.HANDSHAKE;
    private static final byte[] NONE = {};

    private @Nullable TestFront front;

    private int serve(Consumer<SocketSession> open) throws IOException {
        return serve(request -> null, open);
    }

    private int serve(UpgradeGate gate, Consumer<SocketSession> open) throws IOException {
        var fresh = new TestFront(gate, open);
        front = fresh;
        return fresh.port();
    }

    /** Where a client that does not send its request is soon closed. */
    private int serveTheQuick() throws IOException {
        var admission = new Admission(1_000_000, 1_000);
        var fresh = new TestFront(admission, request -> null, EchoOwner::on, 300);
        front = fresh;
        return fresh.port();
    }

    private TestFront front() {
        return java.util.Objects.requireNonNull(front);
    }

    @AfterEach
    void stop() {
        if (front != null) {
            front.close();
        }
    }

    private int closeCode() throws InterruptedException {
        CloseReason reason = front().closed.poll(PATIENCE_S, TimeUnit.SECONDS);
        return reason == null ? -1 : reason.getCloseCode().getCode();
    }

    // Opening

    @Test
    void opensWithTheSubprotocolThatTheClientLikesBest() throws Exception {
        var chosen = new CompletableFuture<String>();
        int port =
                serve(
                        socket -> {
                            EchoOwner.on(socket);
                            chosen.complete(socket.getNegotiatedSubprotocol());
                        });
        try (var client = new TestClient(port)) {
            client.send(HANDSHAKE + "Sec-WebSocket-Protocol: other, first, second\r\n\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\r\nSec-WebSocket-Protocol: first\r\n");
            assertThat(chosen.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("first");
        }
    }

    @Test
    void compressionIsNotOfferedAndNotMissed() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = new TestClient(port)) {
            client.send(
                    HANDSHAKE
                            + "Sec-WebSocket-Extensions: permessage-deflate;"
                            + " client_max_window_bits, x-webkit-deflate-frame\r\n\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            String text = "a text that would be worth it ".repeat(20);
            client.send(new ClientFrames().text(text));
            assertThat(client.frame()).isEqualTo("1:" + text);
        }
    }

    @Test
    void theRequestMayComeByteByByteAndFramesRightBehindIt() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = new TestClient(port)) {
            for (byte b : utf8(HANDSHAKE)) {
                client.send(new byte[] {b});
            }
            var behind = new ClientFrames().raw('\r', '\n').text("one").text("two");
            client.send(behind);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame()).isEqualTo("1:one");
            assertThat(client.frame()).isEqualTo("1:two");
            client.send(new ClientFrames().frame(FIN | BINARY, utf8("three")));
            assertThat(client.frame()).isEqualTo("2:three");
        }
    }

    /** One whose clock stands still, so that only what is given back makes room. */
    private Admission admission(int taken, UpgradeGate gate) throws IOException {
        var admission = new Admission(1, QUEUE, () -> 0);
        for (int i = 0; i < taken; i++) {
            assertThat(admission.reserve()).isNotEqualTo(Admission.REFUSED);
        }
        front = new TestFront(admission, gate, EchoOwner::on, TestFront.REQUEST_TIMEOUT_MS);
        return admission;
    }

    @Test
    void whatComesWhileTheHandshakeWaitsIsKept() throws Exception {
        admission(1, request -> null);
        try (var client = new TestClient(front().port())) {
            client.send(HANDSHAKE);
            client.send(new ClientFrames().raw('\r', '\n').text("one"));
            client.send(new ClientFrames().text("two"));
            for (int i = 0; i < 30; i++) {
                client.send(new ClientFrames().text("t".repeat(990)));
            }
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame()).isEqualTo("1:one");
            assertThat(client.frame()).isEqualTo("1:two");
            for (int i = 0; i < 30; i++) {
                assertThat(client.frame()).isEqualTo("1:" + "t".repeat(990));
            }
        }
    }

    /** It would wait for a minute, and gives up before. */
    @Test
    void whoGivesUpWhileTheHandshakeWaitsMakesRoom() throws Exception {
        var came = new CountDownLatch(1);
        Admission admission =
                admission(
                        QUEUE,
                        request -> {
                            came.countDown();
                            return null;
                        });
        int port = front().port();
        try (var waiting = new TestClient(port);
                var refused = new TestClient(port)) {
            waiting.send(HANDSHAKE + "\r\n");
            assertThat(came.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            refused.send(HANDSHAKE + "\r\n");
            assertThat(refused.rest()).startsWith("HTTP/1.1 503 ");
        }
        await().atMost(PATIENCE_S, TimeUnit.SECONDS)
                .until(() -> admission.reserve() != Admission.REFUSED);
        assertThat(admission.reserve()).isEqualTo(Admission.REFUSED);
    }

    @Test
    void aFrameMayBeCutByTheEndOfTheFirstPacket() throws Exception {
        int port = serve(EchoOwner::on);
        byte[] frame = new ClientFrames().text("cut in two").bytes();
        try (var client = new TestClient(port)) {
            client.send(HANDSHAKE + "\r\n" + "\u0081"); // the first byte of a text frame
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            client.send(java.util.Arrays.copyOfRange(frame, 1, frame.length));
            assertThat(client.frame()).isEqualTo("1:cut in two");
        }
    }

    @Test
    void aCloseRightBehindTheRequestIsAnswered() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = new TestClient(port)) {
            var close = new ClientFrames().close(1000, NONE).bytes();
            var all = ByteBuffer.allocate(HANDSHAKE.length() + 2 + close.length);
            client.send(all.put(utf8(HANDSHAKE + "\r\n")).put(close).array());
            client.socket.shutdownOutput();
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame()).isEqualTo("close 1000");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void whatIsNoHandshakeIsServedByHttp() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = new TestClient(port)) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /health HTTP/1.1\r\nHo");
                client.send("st: h\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                assertThat(client.body(12)).isEqualTo("path /health");
            }
        }
        try (var client = new TestClient(port)) {
            client.send("GET /ws HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            client.head();
            assertThat(client.body(8)).isEqualTo("path /ws");
            client.head();
            assertThat(client.body(7)).isEqualTo("path /b");
        }
    }

    @Test
    void garbageGetsAnAnswerOfHttpOrAnEnd() throws Exception {
        int port = serve(EchoOwner::on);
        for (String garbage :
                new String[] {"\u0016\u0003\u0001\u0002\0\u0001", "\0\0\0\0", "%\r\n\r\n"}) {
            try (var client = new TestClient(port)) {
                client.send(garbage);
                client.socket.shutdownOutput();
                assertThat(client.rest()).doesNotContain("101");
            }
        }
        TestClient.open(port).close();
    }

    @Test
    void whoSendsNothingOrHalfARequestIsClosed() throws Exception {
        int port = serveTheQuick();
        try (var silent = new TestClient(port);
                var half = new TestClient(port);
                var slow = new TestClient(port)) {
            half.send(HANDSHAKE);
            slow.send("GET /");
            assertThat(silent.isEnded()).isTrue();
            assertThat(half.isEnded()).isTrue();
            assertThat(slow.isEnded()).isTrue();
        }
    }

    @Test
    void anOpenSocketOutlivesTheLimitOfRequests() throws Exception {
        int port = serveTheQuick();
        try (var client = openInTime(port);
                var later = new TestClient(port)) {
            assertThat(later.isEnded()).isTrue(); // the limit has passed for both
            client.send(new ClientFrames().text("still here"));
            assertThat(client.frame()).isEqualTo("1:still here");
        }
    }

    /** On a busy machine the limit may pass before the request is sent. */
    private static TestClient openInTime(int port) {
        return await().atMost(PATIENCE_S, TimeUnit.SECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> TestClient.open(port), _ -> true);
    }

    @Test
    void aRefusedClientReadsWhyThoughItSentMore() throws Exception {
        int port = serve(request -> Refusal.unavailable("not now"), EchoOwner::on);
        try (var client = new TestClient(port)) {
            client.send(HANDSHAKE + "\r\n" + "x".repeat(100_000)); // more than one read takes
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\r\nRetry-After: 1\r\n")
                    .endsWith("not now\n");
        }
    }

    @Test
    void aRefusedClientThatStaysIsClosed() throws Exception {
        int port = serve(request -> Refusal.forbidden("never"), EchoOwner::on);
        try (var client = new TestClient(port)) {
            client.send(HANDSHAKE + "\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 403 ");
            await().atMost(PATIENCE_S, TimeUnit.SECONDS)
                    .until(() -> !takes(client)); // written into a closed socket
        }
    }

    private static boolean takes(TestClient client) {
        try {
            client.send("x");
            return true;
        } catch (IOException e) {
            return false; // what the caller waits for
        }
    }

    @Test
    void anEndpointThatFailsToOpenEndsItsSocketOnly() throws Exception {
        var fails = new AtomicReference<>(true);
        int port =
                serve(
                        socket -> {
                            if (fails.get()) {
                                throw new IllegalStateException("fails to open");
                            }
                            EchoOwner.on(socket);
                        });
        try (var client = TestClient.open(port)) {
            assertThat(client.isEnded()).isTrue();
        }
        fails.set(false);
        try (var client = TestClient.open(port)) {
            client.send(new ClientFrames().text("x"));
            assertThat(client.frame()).isEqualTo("1:x");
            assertThat(front().closed).as("told of a socket it never took").isEmpty();
        }
    }

    @Test
    void anEndpointThatFailsAfterItTookTheSocketHearsOfItsEnd() throws Exception {
        int port =
                serve(
                        socket -> {
                            EchoOwner.on(socket);
                            throw new IllegalStateException("fails to open");
                        });
        try (var client = TestClient.open(port)) {
            assertThat(client.isEnded()).isTrue();
            assertThat(closeCode()).isEqualTo(1006);
        }
    }

    @Test
    void anEndpointMayCloseAtOnce() throws Exception {
        int port =
                serve(
                        socket -> {
                            EchoOwner.on(socket);
                            close(socket, 3001);
                        });
        try (var client = new TestClient(port)) {
            var more = new ClientFrames().raw('\r', '\n').text("too late");
            client.send(HANDSHAKE);
            client.send(more);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.frame()).isEqualTo("close 3001");
            assertThat(closeCode()).isEqualTo(1006);
        }
    }

    private static void close(SocketSession socket, int code) {
        try {
            socket.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), "why"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // Messages

    @Test
    void pingsAreAnsweredAndPongsTold() throws Exception {
        var owner = new CompletableFuture<EchoOwner>();
        int port = serve(socket -> owner.complete(EchoOwner.on(socket)));
        try (var client = TestClient.open(port)) {
            client.send(
                    new ClientFrames()
                            .frame(TEXT, utf8("a"))
                            .frame(FIN | PING, utf8("data"))
                            .frame(FIN | PONG, NONE)
                            .frame(FIN, utf8("b")));
            assertThat(client.frame()).isEqualTo("10:data");
            assertThat(client.frame()).isEqualTo("1:ab");
            assertThat(owner.get().pongs).hasValue(1);
        }
    }

    @Test
    void aHandlerThatFailsClosesItsSocketWith1011() throws Exception {
        int port =
                serve(
                        socket -> {
                            var owner = new EchoOwner(socket);
                            socket.own(owner);
                            socket.addMessageHandler(
                                    String.class,
                                    text -> {
                                        if (text.equals("bad")) {
                                            throw new IllegalStateException("a handler's failure");
                                        }
                                        owner.send(
                                                Frames.message(true, ByteBuffer.wrap(utf8(text))));
                                    });
                        });
        try (var other = TestClient.open(port);
                var client = TestClient.open(port)) {
            client.send(new ClientFrames().text("good").text("bad").text("never told"));
            assertThat(client.frame()).isEqualTo("1:good");
            assertThat(client.frame()).isEqualTo("close 1011");
            assertThat(front().errors.poll(PATIENCE_S, TimeUnit.SECONDS))
                    .hasMessage("a handler's failure");
            client.send(new ClientFrames().text("ignored"));
            client.socket.shutdownOutput();
            assertThat(client.isEnded()).isTrue();
            assertThat(closeCode()).isEqualTo(1006);
            other.send(new ClientFrames().text("undisturbed"));
            assertThat(other.frame()).isEqualTo("1:undisturbed");
        }
    }

    /** The rest of the bytes is behind the socket's end: nobody hears of it. */
    @Test
    void aHandlerMayTerminateWithinARead() throws Exception {
        int port =
                serve(
                        socket -> {
                            var owner = new EchoOwner(socket);
                            socket.own(owner);
                            socket.addMessageHandler(String.class, text -> socket.terminate(false));
                        });
        try (var other = TestClient.open(port);
                var client = TestClient.open(port)) {
            client.send(
                    new ClientFrames()
                            .text("x")
                            .frame(FIN | PING, NONE)
                            .frame(FIN | PONG, NONE)
                            .frame(TEXT, utf8("unfinished")));
            assertThat(client.isEnded()).isTrue();
            assertThat(closeCode()).isEqualTo(1006);
            assertThat(front().closed).isEmpty();
            other.send(new ClientFrames().frame(FIN | PING, utf8("p")));
            assertThat(other.frame()).isEqualTo("10:p");
        }
    }

    @Test
    void thePeersCloseIsAnsweredWithItsCode() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = TestClient.open(port)) {
            client.send(new ClientFrames().text("x").close(4321, utf8("bye")).text("y"));
            assertThat(client.frame()).isEqualTo("1:x");
            assertThat(client.frame()).isEqualTo("close 4321");
            assertThat(client.isEnded()).isTrue();
        }
        try (var client = TestClient.open(port)) {
            client.send(new ClientFrames().frame(FIN | ClientFrames.CLOSE, NONE));
            assertThat(client.frame()).isEqualTo("8:");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aViolationIsToldAndReadOn() throws Exception {
        int port = serve(EchoOwner::on);
        try (var client = TestClient.open(port)) {
            client.send(new ClientFrames().head(FIN | TEXT, TestFront.MAX_MESSAGE_BYTES + 1));
            client.send(new byte[300_000]);
            assertThat(client.frame()).isEqualTo("close 1009");
            client.send(new ClientFrames().text("x").close(1009, NONE));
            client.socket.shutdownOutput();
            assertThat(client.isEnded()).isTrue();
            assertThat(front().errors.poll(PATIENCE_S, TimeUnit.SECONDS))
                    .isInstanceOf(FrameException.class);
            assertThat(closeCode()).isEqualTo(1006);
        }
    }

    @Test
    void aResetIsAnEndLikeAnother() throws Exception {
        int port = serve(EchoOwner::on);
        var client = TestClient.open(port);
        client.send(new ClientFrames().head(FIN | TEXT, 100).raw(1, 2, 3, 4, 5));
        client.socket.setSoLinger(true, 0);
        client.close();
        assertThat(closeCode()).isEqualTo(1006);
    }

    @Test
    void aFullSocketGoesOnWhenThereIsRoom() throws Exception {
        int port = serve(EchoOwner::on);
        var frames = new ClientFrames();
        String text = "t".repeat(990);
        try (var client = TestClient.open(port)) {
            for (int i = 0; i < 100; i++) {
                frames.text(text);
            }
            byte[] hundred = frames.bytes();
            var writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 100 && sent(client, hundred); i++) {}
                                    });
            for (int i = 0; i < 10_000; i++) {
                assertThat(client.frame()).hasSize(992);
            }
            writer.join();
        }
    }

    private static boolean sent(TestClient client, byte[] bytes) {
        try {
            client.send(bytes);
            return true;
        } catch (IOException e) {
            return false; // the reader sees it too
        }
    }

    // The Jakarta face

    private SocketSession session(TestClient[] client) throws Exception {
        var session = new CompletableFuture<SocketSession>();
        int port =
                serve(
                        socket -> {
                            EchoOwner.on(socket);
                            session.complete(socket);
                        });
        client[0] = TestClient.open(port);
        return session.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Test
    void theRemotesSendWholeMessages() throws Exception {
        TestClient[] clients = new TestClient[1];
        SocketSession session = session(clients);
        try (TestClient client = clients[0]) {
            RemoteEndpoint.Basic basic = session.getBasicRemote();
            basic.sendText("é");
            basic.sendBinary(ByteBuffer.wrap(utf8("xyz"), 1, 1));
            basic.sendPing(ByteBuffer.wrap(utf8("p")));
            basic.sendPong(ByteBuffer.allocate(0));
            RemoteEndpoint.Async async = session.getAsyncRemote();
            async.sendText("a").get(PATIENCE_S, TimeUnit.SECONDS);
            async.sendBinary(ByteBuffer.wrap(utf8("b"))).get(PATIENCE_S, TimeUnit.SECONDS);
            var thread = new CompletableFuture<Thread>();
            async.sendText(
                    "c",
                    result -> {
                        assertThat(result.isOK()).isTrue();
                        thread.complete(Thread.currentThread());
                    });
            for (String frame : new String[] {"1:é", "2:y", "9:p", "10:", "1:a", "2:b", "1:c"}) {
                assertThat(client.frame()).isEqualTo(frame);
            }
            assertThat(thread.get(PATIENCE_S, TimeUnit.SECONDS)).isSameAs(session.thread());
            assertThatThrownBy(() -> basic.sendPing(ByteBuffer.allocate(126)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theRemotesRefusePartsAndObjects() throws Exception {
        TestClient[] clients = new TestClient[1];
        SocketSession session = session(clients);
        try (TestClient _ = clients[0]) {
            RemoteEndpoint.Basic basic = session.getBasicRemote();
            assertThatThrownBy(() -> basic.sendText("part", false))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("whole");
            assertThatThrownBy(basic::getSendStream).hasMessageContaining("whole");
            assertThatThrownBy(() -> basic.sendObject("o")).hasMessageContaining("encoders");
            assertThatThrownBy(() -> session.getAsyncRemote().sendObject("o"))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("encoders");
        }
    }

    @Test
    void theRemotesOfAClosedSocketFail() throws Exception {
        TestClient[] clients = new TestClient[1];
        SocketSession session = session(clients);
        try (TestClient client = clients[0]) {
            session.close();
            assertThat(client.frame()).isEqualTo("close 1000");
            assertThat(client.isEnded()).isTrue();
            assertThat(session.isOpen()).isFalse();
            assertThatThrownBy(() -> session.getBasicRemote().sendText("x"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(
                            () ->
                                    session.getAsyncRemote()
                                            .sendText("x")
                                            .get(PATIENCE_S, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class);
            session.close(); // a second time does nothing
        }
    }

    @Test
    void codesThatMustNotBeSentAreNot() throws Exception {
        TestClient[] clients = new TestClient[1];
        SocketSession session = session(clients);
        try (TestClient client = clients[0]) {
            assertThatThrownBy(() -> close(session, 1006))
                    .isInstanceOf(IllegalArgumentException.class);
            close(session, 1005);
            assertThat(client.frame()).isEqualTo("8:");
        }
    }

    @Test
    void aStoppedNodeRefusesWhatComesLate() throws Exception {
        TestClient[] clients = new TestClient[1];
        SocketSession session = session(clients);
        try (TestClient client = clients[0]) {
            front().shutDown();
            assertThat(client.isEnded()).isTrue();
            assertThatThrownBy(session::close)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("stopping");
            assertThatThrownBy(() -> session.getBasicRemote().sendText("x"))
                    .isInstanceOf(IOException.class);
        }
    }
}
