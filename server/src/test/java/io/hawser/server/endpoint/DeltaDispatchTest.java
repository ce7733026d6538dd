package io.hawser.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.Publication;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.ChannelOptions.DataFormat;
import io.hawser.server.config.ChannelOptions.SlowConsumer;
import io.hawser.server.filter.BadFilterException;
import io.hawser.server.filter.TagFilter;
import io.hawser.server.protocol.Encoding;
import io.hawser.server.protocol.FilterNode;
import io.hawser.server.protocol.Push;
import io.hawser.server.session.Selection;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random publications to random members, some of which do not read, under every policy: what a
 * client makes of what it got is what was published. All on one real I/O thread; only the sockets
 * are the test's.
 */
class DeltaDispatchTest {
    private static final int ROUNDS = 60;
    private static final int STEPS = 60;

    /** In a step of so many actions more frames wait than one write takes. */
    private static final int MANY_ACTIONS = 220;

    private static final List<String> TAGS = List.of("a", "b", "c");

    private final long seed = Long.getLong("test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** One channel, and what each member should have got of it. */
    private static final class Channel {
        final String name;
        final ChannelOptions options;
        final List<String> published = new ArrayList<>();
        final Map<TestMember, Selection> members = new HashMap<>();
        final Map<TestMember, List<Long>> given = new HashMap<>();
        final StringBuilder state = new StringBuilder("a price 1000 of 株式 é 🚀");

        Channel(String name, ChannelOptions options) {
            this.name = name;
            this.options = options;
        }
    }

    private TestLoop io = TestLoop.start(0);
    private List<Channel> channels = List.of();
    private List<TestMember> members = List.of();

    @Test
    void membersMakeOfItWhatWasPublished() throws Exception {
        System.out.println("DeltaDispatchTest: -Dtest.seed=" + seed);
        int seenDeltas = 0;
        for (int round = 0; round < ROUNDS; round++) {
            populate();
            for (int i = 0; i < STEPS; i++) {
                randomStep();
                io.runStep();
            }
            finish();
            for (TestMember member : members) {
                seenDeltas += check(member);
            }
        }
        io.close();
        assertThat(seenDeltas).isGreaterThan(ROUNDS * STEPS);
    }

    private void populate() throws Exception {
        io.close();
        io = TestLoop.start(6_000 << random.nextInt(4));
        channels = new ArrayList<>();
        for (SlowConsumer policy : SlowConsumer.values()) {
            for (int i = 0; i < 2; i++) {
                channels.add(new Channel(policy + ":" + i, options(policy)));
            }
        }
        members = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Encoding encoding = random.nextBoolean() ? Encoding.JSON : Encoding.MESSAGEPACK;
            long room = random.nextInt(3) == 0 ? random.nextInt(3_000) : Integer.MAX_VALUE;
            var member = new TestMember("c" + i, encoding, room, io.loop());
            members.add(member);
            if (random.nextInt(4) == 0) {
                io.execute(member::cork);
            }
            for (Channel channel : channels) {
                if (random.nextInt(4) > 0) {
                    attach(channel, member);
                }
            }
        }
        io.runStep();
    }

    private ChannelOptions options(SlowConsumer policy) {
        Priority[] priorities = Priority.values();
        return new ChannelOptions(
                false,
                true,
                false,
                false,
                1_000,
                1_000,
                100,
                Duration.ofMinutes(5),
                Duration.ofDays(1),
                false,
                false,
                true,
                false,
                false,
                false,
                false,
                DataFormat.JSON,
                policy,
                priorities[random.nextInt(priorities.length)],
                random.nextInt(3),
                true,
                true,
                ChannelOptions.Ack.NONE);
    }

    private void attach(Channel channel, TestMember member) throws BadFilterException {
        Selection before = channel.members.get(member);
        Selection selection = before != null ? before : selection();
        member.delta.put(channel.name, selection.delta());
        channel.members.put(member, selection);
        io.execute(() -> member.connection.attach(channel.name, channel.options, selection));
    }

    private Selection selection() throws BadFilterException {
        boolean joinLeave = random.nextBoolean();
        if (random.nextInt(3) == 0) {
            String tag = TAGS.get(random.nextInt(TAGS.size()));
            var leaf = new FilterNode("", "k", "eq", tag, List.of(), List.of());
            return new Selection(joinLeave, false, TagFilter.compile(leaf));
        }
        return new Selection(joinLeave, random.nextInt(4) > 0, null);
    }

    private void randomStep() throws Exception {
        int actions = random.nextInt(8) == 0 ? MANY_ACTIONS : 1 + random.nextInt(6);
        for (int i = actions; i > 0; i--) {
            Channel channel = channels.get(random.nextInt(channels.size()));
            TestMember member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> joinOf(channel);
                case 4 -> comeBack(channel, member);
                case 5 -> io.execute(member::uncork);
                case 6, 7 -> read(member, random.nextInt(4_000));
                default -> publish(channel);
            }
        }
    }

    private void joinOf(Channel channel) {
        var info = new ClientInfo("u", "c", Payload.EMPTY, Payload.EMPTY);
        Delivery delivery = Delivery.joinLeave(new Push.JoinPush(channel.name, info));
        io.deliver(channel.name, delivery);
    }

    /** Unsubscribes, if it is there, and subscribes in the same batch. */
    private void comeBack(Channel channel, TestMember member) throws BadFilterException {
        if (channel.members.containsKey(member)) {
            io.execute(() -> member.connection.detach(channel.name));
            attach(channel, member);
        }
    }

    private void read(TestMember member, long bytes) {
        io.execute(
                () -> {
                    if (member.socket.read(bytes)) {
                        member.connection.writable();
                    }
                });
    }

    /** Some change little, some much; the row of deltas is made here, as on a lane. */
    private void publish(Channel channel) {
        if (random.nextInt(10) == 0) {
            channel.state.append("🚀é ".repeat(random.nextInt(80))).append(random.nextLong());
        }
        channel.state.replace(8, 12, Integer.toString(1_000 + random.nextInt(9_000)));
        String data = "[\"" + channel.state + "\"]";
        if (random.nextInt(12) == 0) {
            data = Integer.toString(random.nextInt());
            channel.state.setLength(17);
        }
        String tag = TAGS.get(random.nextInt(TAGS.size()));
        channel.published.add(data);
        long offset = channel.published.size();
        for (var member : channel.members.entrySet()) {
            TagFilter filter = member.getValue().filter();
            if (filter == null || filter.matches(Map.of("k", tag))) {
                channel.given.computeIfAbsent(member.getKey(), m -> new ArrayList<>()).add(offset);
            }
        }
        var publication = new Publication(offset, Payload.of(data), null, Map.of("k", tag), 1);
        io.publish(channel.name, publication);
    }

    /** Everybody reads everything; one more publication reaches all. */
    private void finish() throws Exception {
        members.forEach(member -> io.execute(member::uncork));
        members.forEach(member -> read(member, Integer.MAX_VALUE));
        io.runStep();
        channels.forEach(this::publish);
        io.runStep();
    }

    /** Returns how many deltas the member got. */
    private int check(TestMember member) throws Exception {
        Map<String, List<TestMember.Seen>> seen = member.read();
        for (Channel channel : channels) {
            check(channel, member, seen.getOrDefault(channel.name, List.of()));
        }
        return (int)
                seen.values().stream().flatMap(List::stream).filter(TestMember.Seen::delta).count();
    }

    private void check(Channel channel, TestMember member, List<TestMember.Seen> seen) {
        List<Long> offsets = seen.stream().map(TestMember.Seen::offset).toList();
        List<Long> given = channel.given.getOrDefault(member, List.of());
        String where = "seed " + seed + ", " + channel.name + " at " + member.connection.id();
        assertThat(offsets).as(where).isSorted().doesNotHaveDuplicates();
        assertThat(given).as(where).containsAll(offsets);
        for (TestMember.Seen one : seen) {
            assertThat(one.data())
                    .as("%s, offset %d", where, one.offset())
                    .isEqualTo(channel.published.get((int) one.offset() - 1));
        }
        if (member.socket.closed()) {
            return;
        }
        if (!channel.options.slowConsumer().drops()) {
            assertThat(offsets).as(where).isEqualTo(given);
        } else if (given.contains((long) channel.published.size())) {
            assertThat(offsets).as(where).endsWith((long) channel.published.size());
        }
    }
}
