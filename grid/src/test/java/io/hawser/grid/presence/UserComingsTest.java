package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class UserComingsTest {
    private static final Announcement USERS = new Announcement(10, true);

    private final UserComings comings = new UserComings();
    private final List<String> told = new ArrayList<>();

    @Test
    void onlyTheFirstAndTheLastClientConcernTheGrid() {
        assertThat(enter("c1")).isTrue();
        assertThat(enter("c2")).isFalse();
        assertThat(enter("c2")).as("the same again").isFalse();
        written(true);
        assertThat(told).containsExactly("+");
        assertThat(leave("c1")).isFalse();
        assertThat(leave("c1")).as("has gone before").isFalse();
        assertThat(comings.of("ann")).isNotNull();
        assertThat(leave("c2")).isTrue();
        assertThat(comings.of("ann")).isNull();
        written(true);
        assertThat(told).containsExactly("+", "-");
        assertThat(comings.isEmpty()).isTrue();
    }

    @Test
    void whoIsElsewhereTooNeitherComesNorGoes() {
        enter("c1");
        written(false);
        leave("c1");
        written(false);
        assertThat(told).isEmpty();
        assertThat(comings.isEmpty()).isTrue();
    }

    @Test
    void whoComesBackBeforeTheGridKnowsWasNeverAway() {
        enter("c1");
        written(true);
        leave("c1");
        enter("c2");
        assertThat(comings.written("ann", false, true)).as("what was true before").isNull();
        written(true);
        leave("c2");
        written(true);
        assertThat(told).containsExactly("+", "-");
    }

    @Test
    void whoGoesBeforeTheGridKnowsWasNeverHere() {
        enter("c1");
        leave("c1");
        assertThat(comings.written("ann", true, true)).as("what was true before").isNull();
        written(true);
        assertThat(told).isEmpty();
        enter("c2");
        written(true);
        assertThat(told).containsExactly("+");
    }

    @Test
    void writingAgainTellsNobody() {
        enter("c1");
        written(true);
        written(true);
        assertThat(told).containsExactly("+");
    }

    @Test
    void aLargeChannelIsNotToldAndForgetsWhoHasGone() {
        enter("c1");
        comings.quiet();
        written(true);
        leave("c1");
        comings.quiet();
        assertThat(comings.isEmpty()).isTrue();
        assertThat(comings.written("ann", false, true)).isNull();
        enter("c2");
        assertThat(comings.leave(ChannelMembersTest.info("c2", "ann"), null)).isTrue();
        assertThat(comings.isEmpty()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void whatTheGridHasSaysWhereAUserCameFirst() {
        var a = new NodeLife("a", 1);
        var b = new NodeLife("b", 7);
        var here = new UserHere(ChannelMembersTest.info("c1", "ann"), 10);
        UserEntry one = UserEntry.with(null, a, here);
        assertThat(one.cameFirstOn(a)).isTrue();
        UserEntry both = UserEntry.with(one, b, here);
        assertThat(both.lives()).containsExactly(a, b);
        assertThat(both.cameFirstOn(b)).isFalse();
        assertThat(UserEntry.with(both, a, here).cameFirstOn(a)).as("asked again").isTrue();
        UserEntry left = UserEntry.without(both, List.of(a));
        assertThat(left).isNotNull();
        assertThat(left.cameFirstOn(b)).as("came when it was elsewhere").isFalse();
        assertThat(UserEntry.with(left, a, here).cameFirstOn(a)).isFalse();
        assertThat(UserEntry.without(left, List.of(new NodeLife("b", 6)))).isSameAs(left);
        assertThat(UserEntry.without(left, List.of(b))).isNull();
        assertThat(UserEntry.joined(one, UserEntry.with(null, b, here)).lives())
                .containsExactly(a, b);
    }

    private boolean enter(String client) {
        var member = new Member(ChannelMembersTest.info(client, "ann"), true, USERS);
        return comings.enter(member, () -> told.add("+"));
    }

    private boolean leave(String client) {
        return comings.leave(ChannelMembersTest.info(client, "ann"), () -> told.add("-"));
    }

    /** As the writer does it. */
    private void written(boolean alone) {
        Runnable tell = comings.written("ann", comings.of("ann") != null, alone);
        if (tell != null) {
            tell.run();
        }
    }
}
