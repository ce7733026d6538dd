package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.ClientInfo;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What presence costs in heap; the figures are those of docs/presence.md. */
class MemberHeapTest {
    private static final int MEMBERS = 100_000;

    /** Beside the client's data, which its session has anyway. */
    @Test
    void aMemberOfALargeChannelTakesLittle() {
        List<ClientInfo> infos = infos();
        var members = new LocalMembers();
        long before = usedBytes();
        for (ClientInfo info : infos) {
            members.enter(
                    "news", new Member(info, true, Announcement.ofClients(1_000)), true, () -> {});
        }
        long each = (usedBytes() - before) / MEMBERS;
        System.out.println("heap of a member of one channel: " + each + " bytes");
        assertThat(members.count()).isEqualTo(MEMBERS);
        assertThat(each).isBetween(32L, 200L);
        assertThat(infos).hasSize(MEMBERS);
    }

    @Test
    void aChannelOfOneMemberTakesLittle() {
        List<ClientInfo> infos = infos();
        var members = new LocalMembers();
        long before = usedBytes();
        for (ClientInfo info : infos) {
            members.enter(
                    info.client(), new Member(info, true, Announcement.NEVER), true, () -> {});
        }
        long each = (usedBytes() - before) / MEMBERS;
        System.out.println("heap of a channel of one member: " + each + " bytes");
        assertThat(members.channels()).hasSize(MEMBERS);
        assertThat(each).isBetween(100L, 600L);
        assertThat(infos).hasSize(MEMBERS);
    }

    private static List<ClientInfo> infos() {
        List<ClientInfo> infos = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            infos.add(ChannelMembersTest.info(new UUID(i, i).toString(), "user-" + i));
        }
        return infos;
    }

    private static long usedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
