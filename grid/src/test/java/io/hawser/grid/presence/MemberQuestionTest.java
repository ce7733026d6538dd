package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class MemberQuestionTest {
    private static final MemberQuestion QUESTION = new MemberQuestion("néws:1", "c-ü", 3);

    @Test
    void aQuestionArrivesAsItIs() {
        assertThat(MemberQuestion.decode(QUESTION.encode())).isEqualTo(QUESTION);
    }

    @Test
    void anAnswerArrivesAsItIs() {
        List<ClientInfo> members =
                List.of(
                        new ClientInfo("ü", "c1", Payload.of("{\"a\":1}"), Payload.EMPTY),
                        new ClientInfo("", "c2", Payload.EMPTY, Payload.of("2")));
        var answer = MemberQuestion.decodeAnswer("b", QUESTION.answer(members));
        assertThat(answer).isEqualTo(new MemberPage.OfNode("b", members, false));
        var none = MemberQuestion.decodeAnswer("b", QUESTION.answer(List.of()));
        assertThat(none).isEqualTo(new MemberPage.OfNode("b", List.of(), false));
    }

    @Test
    void anAnswerEndsAtTheLimit() {
        List<ClientInfo> members =
                IntStream.range(0, 4).mapToObj(i -> ChannelMembersTest.info("c" + i, "u")).toList();
        var answer = MemberQuestion.decodeAnswer("b", QUESTION.answer(members));
        assertThat(answer.members()).isEqualTo(members.subList(0, 3));
        assertThat(answer.more()).isTrue();
    }

    @Test
    void anAnswerDoesNotGrowWithoutBound() {
        Payload large = Payload.of(new byte[400_000]);
        List<ClientInfo> members =
                IntStream.range(0, 10)
                        .mapToObj(i -> new ClientInfo("u", "c" + i, large, large))
                        .toList();
        var question = new MemberQuestion("news", "", 100);
        Payload encoded = question.answer(members);
        assertThat(encoded.size()).isLessThan(3 << 20);
        var answer = MemberQuestion.decodeAnswer("b", encoded);
        assertThat(answer.members()).hasSize(2);
        assertThat(answer.more()).isTrue();
    }

    @Test
    void whatIsNoneIsRefused() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] right = QUESTION.encode().bytes();
        byte[] answer = QUESTION.answer(List.of(ChannelMembersTest.info("c", "u"))).bytes();
        for (int length = 0; length < right.length; length++) {
            Payload cut = Payload.of(Arrays.copyOf(right, length));
            assertThatIllegalArgumentException().isThrownBy(() -> MemberQuestion.decode(cut));
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = answer.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            Throwable problem =
                    catchThrowable(() -> MemberQuestion.decodeAnswer("b", Payload.of(bad)));
            if (problem != null) {
                assertThat(problem)
                        .as("seed %d", seed)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not understood");
            }
        }
        byte[] version = right.clone();
        version[0] = 9;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemberQuestion.decode(Payload.of(version)))
                .withMessageContaining("version 9");
    }
}
