package io.hawser.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import io.hawser.server.hook.HookOutcomes.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** The posts of two nodes, and a real HTTP server that takes letters, refuses them or fails. */
@Timeout(60)
class PostTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long ROOM = 1 << 20;

    @TempDir Path directory;

    private final List<String> got = new CopyOnWriteArrayList<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final HttpServer server = server();
    private final Map<String, Post> posts = new HashMap<>();
    private volatile String sender = "n1";
    private volatile boolean marksLost;

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    got.add(exchange.getRequestHeaders().getFirst("X-Hawser-Delivery"));
                    Integer status = answers.poll();
                    exchange.sendResponseHeaders(status == null ? 204 : status, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        posts.values().forEach(Post::close);
        server.stop(0);
    }

    private Post post(String node, int queue, int dead) throws IOException {
        var settings =
                new WebhookSettings(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                        "secret",
                        PATIENCE, // who is given up too soon gets it twice
                        3,
                        Duration.ofMillis(5),
                        queue);
        var post =
                new Post(
                        settings,
                        Spool.open(directory.resolve(node + "/queue"), queue, ROOM),
                        Spool.open(directory.resolve(node + "/dead"), dead, ROOM),
                        new Post.Turn(
                                letter -> sender.equals(node) || letter.id().startsWith(node),
                                this::mark),
                        InstantSource.system());
        posts.put(node, post);
        return post;
    }

    private Post post(String node) throws IOException {
        return post(node, 100, 100);
    }

    /** As the control channel: everybody hears it, who told it too. */
    private void mark(Mark mark) {
        if (!marksLost) {
            List.copyOf(posts.values())
                    .forEach(post -> post.apply(MarkJson.read(MarkJson.write(mark)).orElseThrow()));
        }
    }

    private void add(String... ids) {
        for (String id : ids) {
            posts.values().forEach(post -> post.add(id, "alert", "{}"));
        }
    }

    private static List<String> dead(Post post) {
        return post.deadLetters().stream().map(Letter::id).toList();
    }

    @Test
    void oneSendsAndTheOtherForgets() throws IOException {
        Post n1 = post("n1");
        Post n2 = post("n2");
        answers.addAll(List.of(500, 429));
        add("a", "b");
        n1.start();
        n2.start();
        await().atMost(PATIENCE).until(() -> n1.waiting() == 0 && n2.waiting() == 0);
        assertThat(got).containsExactly("a", "a", "a", "b");
        assertThat(n1.outcomes().count(Outcome.DONE)).isEqualTo(2);
        assertThat(n2.settled(List.of("a", "x", "b"))).containsExactly("a", "b");
        n2.add("a", "alert", "{}");
        assertThat(n2.waiting()).as("known to be sent").isZero();
    }

    @Test
    void whoTakesOverSendsWhatIsLeft() throws IOException {
        Post n1 = post("n1");
        Post n2 = post("n2");
        add("a");
        n1.start();
        n2.start();
        await().atMost(PATIENCE).until(() -> n2.waiting() == 0);
        sender = "nobody";
        add("b", "c");
        n1.close();
        assertThat(n2.waitingIds()).containsExactly("b", "c");
        sender = "n2";
        await().atMost(PATIENCE).until(() -> n2.waiting() == 0);
        assertThat(got).containsExactly("a", "b", "c");
    }

    @Test
    void someLettersAreNotForTheOneThatSendsTheOthers() throws IOException {
        Post n1 = post("n1");
        Post n2 = post("n2");
        sender = "nobody";
        add("a", "n2's own");
        n1.start();
        n2.start();
        await().atMost(PATIENCE).until(() -> n1.waiting() == 1 && n2.waiting() == 1);
        assertThat(got).containsExactly("n2's own");
        sender = "n1";
        await().atMost(PATIENCE).until(() -> n2.waiting() == 0);
        assertThat(got).containsExactly("n2's own", "a");
    }

    @Test
    void whatNobodyCouldBeToldIsSentAgainByTheSameId() throws IOException {
        Post n1 = post("n1");
        Post n2 = post("n2");
        marksLost = true;
        add("a");
        n1.start();
        await().atMost(PATIENCE).until(() -> n1.waiting() == 0);
        sender = "n2";
        n2.start();
        await().atMost(PATIENCE).until(() -> n2.waiting() == 0);
        assertThat(got).containsExactly("a", "a");
    }

    @Test
    void whatIsRefusedOrFailsTooOftenIsADeadLetterEverywhere() throws IOException {
        Post n1 = post("n1");
        Post n2 = post("n2");
        answers.addAll(List.of(400, 500, 500, 500));
        add("a", "b", "c");
        n1.start();
        await().atMost(PATIENCE).until(() -> n2.waiting() == 0);
        assertThat(got).containsExactly("a", "b", "b", "b", "c");
        assertThat(dead(n1)).containsExactly("a", "b");
        assertThat(dead(n2)).containsExactly("a", "b");
        Letter b = n2.deadLetters().getLast();
        assertThat(b.attempts()).isEqualTo(3);
        assertThat(b.problem()).isEqualTo("status 500");

        mark(new Mark.Retry(b));
        await().atMost(PATIENCE).until(() -> got.size() == 6 && n2.waiting() == 0);
        assertThat(got).last().isEqualTo("b");
        assertThat(dead(n1)).containsExactly("a");
        assertThat(dead(n2)).containsExactly("a");
    }

    @Test
    void aNewLifeGoesOnWithWhatIsOnTheDisk() throws IOException {
        Post first = post("n1");
        sender = "nobody";
        add("a", "b");
        first.close();
        Post second = post("n1");
        sender = "n1";
        second.start();
        await().atMost(PATIENCE).until(() -> second.waiting() == 0);
        assertThat(got).containsExactly("a", "b");
        assertThat(Spool.open(directory.resolve("n1/queue"), 10, ROOM).size()).isZero();
    }

    @Test
    void beyondItsBoundsEventsAreDroppedAndDeadLettersPushedOut() throws IOException {
        Post n1 = post("n1", 3, 2);
        add("a", "b", "c", "d");
        assertThat(n1.outcomes().count(Outcome.DROPPED)).isEqualTo(1);
        answers.addAll(List.of(400, 400, 400));
        n1.start();
        await().atMost(PATIENCE).until(() -> n1.waiting() == 0);
        assertThat(dead(n1)).containsExactly("b", "c");
    }
}
