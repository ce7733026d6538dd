package io.hawser.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The frames that docs/protocol.md shows are what the codec reads and writes. */
class ProtocolPageTest {
    private static final Codec CODEC = Codec.of(Encoding.MESSAGEPACK);
    private static final Pattern BLOCK = Pattern.compile("```\\w*\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BYTES = Pattern.compile("(?m)^ *((?:[0-9a-f]{2}(?: |$))+)");

    @Test
    void exampleFramesAreReadAndWritten() throws IOException {
        List<byte[]> frames = frames();
        assertThat(frames).hasSize(2);
        Decoded fromClient = CODEC.decode(frames.getFirst());
        assertThat(frames.getFirst()).hasSize(43);
        assertThat(fromClient.problem()).isNull();
        assertThat(fromClient.commands()).extracting(Command::id).containsExactly(1, 2);
        assertThat(fromClient.commands().getLast().request().channel()).isEqualTo("news");

        var publication = new Publication(9, Payload.of("{\"a\":1}"), null, Map.of(), 0);
        EncodedMessage push = CODEC.encode(new Push.PublicationPush("news", publication));
        assertThat(push.size()).isEqualTo(47);
        assertThat(CODEC.framing().join(List.of(push, CODEC.ping()))).isEqualTo(frames.getLast());
    }

    /** Blocks of bytes; the others are of a language. */
    private static List<byte[]> frames() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "protocol.md"));
        return BLOCK.matcher(page)
                .results()
                .map(block -> bytes(block.group(1)))
                .filter(bytes -> bytes.length > 0)
                .toList();
    }

    private static byte[] bytes(String block) {
        String hex =
                BYTES.matcher(block)
                        .results()
                        .map(line -> line.group(1).replace(" ", ""))
                        .collect(Collectors.joining());
        return HexFormat.of().parseHex(hex);
    }
}
