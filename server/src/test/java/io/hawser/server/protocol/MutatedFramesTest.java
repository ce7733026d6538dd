package io.hawser.server.protocol;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;

/** Frames of random commands, damaged: no decoder throws or allocates out of proportion. */
class MutatedFramesTest {
    private static final int FRAMES = 1_000;
    private static final int MUTATIONS = 70;

    private final Random random = Seed.random(MutatedFramesTest.class);
    private final RandomCommands commands = new RandomCommands(random);
    private final FrameMutations mutations = new FrameMutations(random);

    @ParameterizedTest
    @EnumSource
    void damagedFramesHaveAProblemOrCommandsAndNeverThrow(Encoding encoding) {
        byte[] other = SchemaFrames.frame(encoding, commands.some());
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = SchemaFrames.frame(encoding, commands.some());
            for (int mutation = 0; mutation < MUTATIONS; mutation++) {
                DecoderProperties.check(encoding, mutations.mutated(frame, other));
            }
            other = frame;
        }
    }
}
