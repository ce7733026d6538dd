package io.hawser.grid.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.grid.pubsub.UserQueue;
import io.lettuce.core.cluster.SlotHash;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** {@link ChannelKeys}: every channel has its own names, in one slot. */
class ChannelKeysTest {
    @Test
    void namesAreAsDocumented() {
        assertThat(ChannelKeys.meta("news:a")).isEqualTo("hawser:{news:a}:meta");
        assertThat(ChannelKeys.stream("news:a")).isEqualTo("hawser:{news:a}:stream");
        assertThat(ChannelKeys.bus("news:a")).isEqualTo("hawser:{news:a}:ch");
        assertThat(ChannelKeys.idempotency("a")).isEqualTo("hawser:{a}:idem");
        assertThat(ChannelKeys.bus("{a}%7D")).isEqualTo("hawser:{%7Ba%7D%257D}:ch");
    }

    @Test
    void aQueueHasTheTagOfItsUser() {
        String queue = UserQueue.channel("ann");
        assertThat(ChannelKeys.tag(queue)).isEqualTo("u:ann");
        assertThat(ChannelKeys.stream(queue)).isEqualTo("hawser:{u:ann}:queue");
        assertThat(ChannelKeys.meta(queue)).isEqualTo("hawser:{u:ann}:queue:meta");
        assertThat(ChannelKeys.bus(queue)).isEqualTo("hawser:{u:ann}:queue:ch");
        assertThat(UserKeys.positions("a{n}n")).isEqualTo("hawser:{u:a%7Bn%7Dn}:acks");
        assertThat(ChannelKeys.meta("u:ann")).isEqualTo("hawser:{u:ann}:meta");
        assertThat(ChannelKeys.channelOfBus("hawser:{u:ann}:queue:ch")).isEqualTo(queue);
        assertThat(ChannelKeys.channelOfBus("hawser:{u:ann}:ch")).isEqualTo("u:ann");
        assertThat(UserQueue.isQueue("hawser.queue:")).isFalse();
        assertThat(UserQueue.user("hawser.queue:a:b#c")).isEqualTo("a:b#c");
    }

    @Test
    void everyChannelComesBackAndIsAlone() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "{}%27BDbd5:#é";
        Set<String> channels = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            StringBuilder channel =
                    new StringBuilder(random.nextInt(3) == 0 ? "hawser.queue:x" : "u:x");
            for (int j = random.nextInt(8); j > 0; j--) {
                channel.append(letters.charAt(random.nextInt(letters.length())));
            }
            channels.add(channel.toString());
        }
        for (String channel : channels) {
            String name = ChannelKeys.bus(channel);
            names.add(name);
            assertThat(ChannelKeys.channelOfBus(name)).as("seed %d", seed).isEqualTo(channel);
            int slot = SlotHash.getSlot(name);
            assertThat(SlotHash.getSlot(ChannelKeys.meta(channel))).isEqualTo(slot);
            assertThat(SlotHash.getSlot(ChannelKeys.stream(channel))).isEqualTo(slot);
            assertThat(SlotHash.getSlot(ChannelKeys.idempotency(channel))).isEqualTo(slot);
        }
        assertThat(names).hasSameSizeAs(channels);
    }

    @Test
    void otherNamesAreRefused() {
        for (String other : List.of("hawser:control", "hawser:{a}:meta", "")) {
            assertThatThrownBy(() -> ChannelKeys.channelOfBus(other))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
