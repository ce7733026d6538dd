package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ChannelMembersTest {
    private final ChannelMembers members = new ChannelMembers();
    private final List<String> told = new ArrayList<>();

    private boolean enter(String client, int announceUpTo) {
        return members.enter(member(client, "u", announceUpTo), false, () -> told.add("+" + client))
                .client();
    }

    private ChannelMembers.RollChange leave(String client) {
        ChannelMembers.RollChange left = members.leave(client, () -> told.add("-" + client));
        assertThat(left).isNotNull();
        return left;
    }

    private void hear(int elsewhere) {
        members.heard(elsewhere).forEach(Runnable::run);
    }

    // Counting

    @Test
    void aUserIsHereFromTheFirstClientsComingToTheLastOnesGoing() {
        comes("c1", "ann");
        comes("c2", "ann");
        comes("c3", "bob");
        counts(3, 2);
        goes("c1");
        counts(2, 2);
        goes("c2");
        counts(1, 1);
        assertThat(members.leave("c2", () -> {})).as("has gone before").isNull();
        counts(1, 1);
        goes("c3");
        counts(0, 0);
        assertThat(members.isUnused()).isTrue();
    }

    @Test
    void whoComesAgainIsCountedOnceAndMayBeSomebodyElse() {
        comes("c1", "ann");
        comes("c1", "ann");
        counts(1, 1);
        comes("c2", "ann");
        comes("c1", "bob");
        counts(2, 2);
        goes("c2");
        counts(1, 1);
        goes("c1");
        counts(0, 0);
    }

    @Test
    void hiddenMembersAreNotListed() {
        members.enter(
                new Member(info("h", "ghost"), false, Announcement.ofClients(10)), true, () -> {});
        comes("c1", "ann");
        counts(1, 1);
        assertThat(members.size()).isEqualTo(2);
        assertThat(members.share(1).all()).isEqualTo(2);
        assertThat(members.listedAfter("")).extracting(ClientInfo::client).containsExactly("c1");
        members.enter(
                new Member(info("h", "ghost"), true, Announcement.ofClients(10)), true, () -> {});
        counts(2, 2);
        goes("h");
        counts(1, 1);
    }

    @Test
    void membersAreInTheOrderOfClientIds() {
        for (String client : List.of("m", "a", "z", "k")) {
            comes(client, "u");
        }
        assertThat(members.listedAfter(""))
                .extracting(ClientInfo::client)
                .containsExactly("a", "k", "m", "z");
        assertThat(members.listedAfter("k"))
                .extracting(ClientInfo::client)
                .containsExactly("m", "z");
        assertThat(members.listedAfter("l"))
                .extracting(ClientInfo::client)
                .containsExactly("m", "z");
        assertThat(members.listedAfter("z")).isEmpty();
    }

    /** Against counting by looking at all, through the sizes where the way of counting changes. */
    @Test
    void countsAreRightAfterManyChanges() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        Map<String, Member> truth = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String client = "c" + random.nextInt(60);
            if (random.nextInt(60) < truth.size()) {
                boolean was = truth.remove(client) != null;
                assertThat(members.leave(client, () -> {}) != null).isEqualTo(was);
            } else {
                var member =
                        new Member(
                                info(client, "u" + random.nextInt(15)),
                                random.nextInt(5) > 0,
                                Announcement.NEVER);
                truth.put(client, member);
                members.enter(member, true, () -> {});
            }
            List<ClientInfo> listed =
                    truth.values().stream().filter(Member::listed).map(Member::info).toList();
            Share share = members.share(i);
            assertThat(share.clients()).as("seed %d, step %d", seed, i).isEqualTo(listed.size());
            assertThat(share.all()).as("seed %d, step %d", seed, i).isEqualTo(truth.size());
            assertThat(share.users())
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo((int) listed.stream().map(ClientInfo::user).distinct().count());
        }
    }

    // What is told

    @Test
    void nothingIsToldUntilTheOtherNodesMembersAreKnown() {
        assertThat(enter("a", 10)).isTrue();
        leave("a");
        assertThat(enter("b", 10)).isTrue();
        assertThat(told).isEmpty();
        assertThat(members.isPending()).isTrue();
        hear(3);
        assertThat(told).containsExactly("+a", "-a", "+b");
        enter("c", 10);
        assertThat(told).endsWith("+c");
        assertThat(members.isPending()).isFalse();
    }

    @Test
    void whatWaitsIsKeptThoughNobodyIsHereAnyMore() {
        enter("a", 10);
        leave("a");
        assertThat(members.isUnused()).isFalse();
        hear(0);
        assertThat(told).containsExactly("+a", "-a");
        assertThat(members.isUnused()).isTrue();
    }

    @Test
    void aChannelThatTurnsOutLargeIsToldNothing() {
        enter("a", 10);
        hear(10);
        leave("a");
        assertThat(told).isEmpty();
        assertThat(members.isQuiet()).isTrue();
    }

    @Test
    void whatWaitsIsBounded() {
        for (int i = 0; i < 1_000; i++) {
            enter("a", 10);
            leave("a");
        }
        hear(0);
        assertThat(told).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aloneThereIsNothingToWaitFor() {
        members.enter(member("a", "u", 10), true, () -> told.add("+a"));
        assertThat(told).containsExactly("+a");
    }

    @Test
    void itIsSmallAgainAtNineTenths() {
        hear(0);
        for (int i = 0; i < 20; i++) {
            enter("c%02d".formatted(i), 20);
        }
        assertThat(told).hasSize(20);
        enter("one-more", 20);
        assertThat(told).as("21 of 20").hasSize(20);
        leave("one-more");
        leave("c00");
        assertThat(told).as("19 of 20").hasSize(20);
        assertThat(members.isQuiet()).isTrue();
        leave("c01");
        assertThat(members.isQuiet()).isFalse();
        assertThat(told).as("18 of 20").endsWith("-c01");
        enter("c01", 20);
        enter("c00", 20);
        assertThat(told).as("it was small a moment ago").endsWith("+c01", "+c00");
    }

    @Test
    void membersElsewhereCount() {
        hear(0);
        enter("a", 10);
        hear(9);
        enter("b", 10);
        assertThat(told).containsExactly("+a");
        hear(7);
        leave("b");
        assertThat(told).containsExactly("+a", "-b");
    }

    @Test
    void whoIsNotAnnouncedIsNotTold() {
        hear(0);
        assertThat(enter("a", 0)).isFalse();
        assertThat(leave("a").client()).isFalse();
        assertThat(told).isEmpty();
        assertThat(members.isAnnounced()).isFalse();
    }

    @Test
    void whoLeavesALargeChannelIsTakenOutOfTheRollUntilItIsEmpty() {
        hear(0);
        assertThat(enter("a", 1)).isTrue();
        assertThat(enter("b", 1)).as("large, but the roll may have some").isTrue();
        assertThat(leave("a").client()).isTrue();
        enter("c", 1);
        enter("d", 1);
        members.rollEmpty(true);
        assertThat(leave("c").client()).isFalse();
        assertThat(enter("e", 1)).isFalse();
    }

    private void comes(String client, String user) {
        members.enter(member(client, user, 0), true, () -> {});
    }

    private void goes(String client) {
        assertThat(members.leave(client, () -> {})).isNotNull();
    }

    private void counts(int clients, int users) {
        assertThat(Share.stats(List.of(members.share(1))))
                .isEqualTo(new PresenceStats(clients, users));
        assertThat(members.listed()).isEqualTo(clients);
    }

    /** 100,000 users of a large channel are no entries of the grid. */
    @Test
    void aLargeChannelHasNoRollOfUsers() {
        assertThat(enterUser("a", "ann").user()).isTrue();
        assertThat(enterUser("b", "bob").user()).as("large, but the roll may have some").isTrue();
        members.rollEmpty(true);
        assertThat(enterUser("c", "eve").user()).isFalse();
        assertThat(members.userHere("eve")).isNull();
        assertThat(members.leave("c", () -> told.add("-"))).isNotNull();
        assertThat(members.leave("b", () -> told.add("-"))).isNotNull();
        assertThat(members.leave("a", () -> told.add("-"))).isNotNull();
        assertThat(told).isEmpty();
    }

    @Test
    void whoCameBeforeAChannelTurnedLargeIsNotToldOfWhenItIsSmallAgain() {
        enterUser("a", "ann");
        enterUser("b", "bob");
        assertThat(members.isQuiet()).isTrue();
        assertThat(members.leave("b", () -> told.add("-b"))).isNotNull();
        assertThat(members.isQuiet()).isFalse();
        assertThat(members.userHere("ann")).isNotNull();
        assertThat(members.userWritten("ann", true, true)).isNull();
    }

    private ChannelMembers.RollChange enterUser(String client, String user) {
        var member = new Member(info(client, user), true, new Announcement(1, true));
        return members.enter(member, false, () -> told.add("+" + client));
    }

    static Member member(String client, String user, int announceUpTo) {
        return new Member(info(client, user), true, Announcement.ofClients(announceUpTo));
    }

    static ClientInfo info(String client, String user) {
        return new ClientInfo(user, client, Payload.EMPTY, Payload.EMPTY);
    }
}
