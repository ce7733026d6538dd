package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ConfigLoader;
import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.Reply;
import io.hawser.server.protocol.Result;
import io.hawser.server.session.Selection;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Publications that have a priority of their own, and a client that does not read. */
class OwnPriorityTest {
    private static final Pattern REPLY_OR_DATA = Pattern.compile("\"id\":\\d+|(?<=\"data\":)\\d+");

    private final TestLoop io = TestLoop.start(100_000);
    private final TestMember member = new TestMember("slow", Encoding.JSON, 0, io.loop());

    @AfterEach
    void close() {
        io.close();
    }

    private ChannelOptions attach(String slowConsumer) {
        ChannelOptions options =
                ConfigLoader.load(
                                Optional.empty(),
                                Map.of(),
                                List.of("channel.slow_consumer=" + slowConsumer))
                        .channel();
        var selection = new Selection(false, false, null);
        io.execute(() -> member.connection.attach("c", options, selection));
        return options;
    }

    private void reply(int id, ChannelOptions about) {
        var reply = new Reply.Success(id, new Result.PublishResult());
        io.execute(() -> member.connection.send(Codec.of(Encoding.JSON).encode(reply), about));
    }

    private void publish(int data, @Nullable Priority priority) {
        Payload payload = Payload.of(Integer.toString(data));
        io.publish("c", new Publication(0, payload, null, Map.of(), 0, priority));
    }

    /** The socket has no room for this one, whatever comes next. */
    private void block() throws Exception {
        publish(0, null);
        io.runStep();
    }

    /** Replies and publications, once the client reads. */
    private List<String> received() throws Exception {
        io.execute(
                () -> {
                    member.socket.read(Integer.MAX_VALUE);
                    member.connection.writable();
                });
        io.runStep();
        String all = new String(member.socket.bytes(), StandardCharsets.UTF_8);
        return REPLY_OR_DATA.matcher(all).results().map(MatchResult::group).toList();
    }

    @Test
    void highOvertakesWhatWaitsAndLowLetsItPass() throws Exception {
        attach("disconnect");
        block();
        publish(1, Priority.LOW);
        publish(2, null);
        publish(3, Priority.HIGH);
        publish(4, Priority.HIGH);
        publish(5, Priority.NORMAL);
        io.runStep();

        assertThat(received()).containsExactly("3", "4", "0", "2", "5", "1");
    }

    @Test
    void inOneBatchTheyAreInOrderAgainstWhatWaits() throws Exception {
        attach("disconnect");
        io.runStep();
        publish(1, Priority.LOW);
        publish(2, null);
        publish(3, Priority.HIGH);
        io.runStep();

        assertThat(received()).containsExactly("3", "2", "1");
    }

    @Test
    void aReplyIsOvertakenByNothingOfItsChannel() throws Exception {
        ChannelOptions options = attach("disconnect");
        block();
        reply(7, options);
        publish(1, Priority.HIGH);
        io.runStep();
        publish(2, Priority.HIGH);
        io.runStep();

        assertThat(received()).containsExactly("0", "\"id\":7", "1", "2");
    }

    @Test
    void aReplyThatIsStillAloneIsNotOvertakenEither() throws Exception {
        ChannelOptions options = attach("disconnect");
        io.runStep();
        var reply = new Reply.Success(7, new Result.PublishResult());
        io.execute(
                () -> member.connection.send(Codec.of(Encoding.JSON).encode(reply), options),
                Priority.HIGH);
        publish(1, Priority.HIGH);
        io.runStep();

        assertThat(received()).containsExactly("\"id\":7", "1");
    }

    @Test
    void afterTheReplyHasGoneHighOvertakesAgain() throws Exception {
        ChannelOptions options = attach("disconnect");
        reply(7, options);
        io.runStep();
        assertThat(received()).containsExactly("\"id\":7");
        io.execute(() -> member.socket.read(0));
        block();
        publish(1, Priority.HIGH);
        io.runStep();

        assertThat(received()).containsExactly("\"id\":7", "1", "0");
    }

    @Test
    void theNewestReplacesWhatWaitsInAnyLane() throws Exception {
        attach("latest");
        block();
        publish(1, Priority.HIGH);
        io.runStep();
        publish(2, Priority.LOW);
        io.runStep();
        assertThat(received()).containsExactly("2");
    }
}
