package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.presence.MemberPage.OfNode;
import io.hawser.grid.pubsub.ClientInfo;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

class MemberPageTest {
    private static final PresenceStats STATS = new PresenceStats(9, 9);

    @Test
    void nobody() {
        MemberPage page = MemberPage.of(List.of(), 10, STATS, List.of("c"));
        assertThat(page).isEqualTo(new MemberPage(List.of(), null, STATS, List.of("c")));
    }

    @Test
    void aPartThatGoesOnEndsThePage() {
        MemberPage page =
                MemberPage.of(
                        List.of(part("a", true, "c1", "c3"), part("b", false, "c2", "c4")),
                        10,
                        STATS,
                        List.of());
        assertThat(clients(page)).containsExactly("c1", "c2", "c3");
        assertThat(page.next()).isEqualTo("c3");
        assertThat(page.members().get(1).node()).isEqualTo("b");
    }

    @Test
    void theLimitEndsThePage() {
        List<OfNode> parts = List.of(part("a", false, "c1", "c3"), part("b", false, "c2"));
        assertThat(MemberPage.of(parts, 2, STATS, List.of()).next()).isEqualTo("c2");
        assertThat(MemberPage.of(parts, 3, STATS, List.of()).next()).isNull();
    }

    /** Nodes with members, some of whom come and go while somebody pages through them. */
    @RepeatedTest(20)
    void whoStaysIsSeenOnce() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<ChannelMembers> nodes = new ArrayList<>();
        var stay = new TreeMap<String, Integer>();
        for (int node = 0; node < 3; node++) {
            nodes.add(new ChannelMembers());
            for (int i = random.nextInt(200); i > 0; i--) {
                String client = "s" + random.nextInt(10_000);
                if (stay.putIfAbsent(client, node) == null) {
                    enter(nodes.get(node), client);
                }
            }
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            int limit = 1 + random.nextInt(20);
            var question = new MemberQuestion("news", cursor, limit);
            List<OfNode> parts = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                var answer = question.answer(nodes.get(node).listedAfter(cursor));
                parts.add(MemberQuestion.decodeAnswer("n" + node, answer));
                enter(nodes.get(node), "s" + random.nextInt(10_000) + "x" + node);
                nodes.get(node).leave("s" + random.nextInt(10_000) + "x" + node, () -> {});
            }
            MemberPage page = MemberPage.of(parts, limit, STATS, List.of());
            assertThat(page.members()).as("seed %d", seed).hasSizeLessThanOrEqualTo(limit);
            seen.addAll(clients(page));
            cursor = page.next();
        }
        assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates().isSorted();
        Set<String> stayed = new TreeSet<>(seen);
        stayed.retainAll(stay.keySet());
        assertThat(stayed).as("seed %d", seed).isEqualTo(stay.keySet());
    }

    private static void enter(ChannelMembers members, String client) {
        members.enter(ChannelMembersTest.member(client, "u", 0), true, () -> {});
    }

    private static OfNode part(String node, boolean more, String... clients) {
        List<ClientInfo> members = new ArrayList<>();
        for (String client : clients) {
            members.add(ChannelMembersTest.info(client, "u"));
        }
        return new OfNode(node, members, more);
    }

    private static List<String> clients(MemberPage page) {
        return page.members().stream().map(located -> located.info().client()).toList();
    }
}
