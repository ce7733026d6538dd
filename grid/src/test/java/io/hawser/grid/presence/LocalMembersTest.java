package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.presence.LocalMembers.Ref;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class LocalMembersTest {
    private final LocalMembers members = new LocalMembers();

    @Test
    void comesAndGoes() {
        enter("c1");
        enter("c2");
        enter("c2");
        assertThat(members.count()).isEqualTo(2);
        assertThat(members.get(new Ref("news", "c1"))).isNotNull();
        assertThat(members.leave("news", "c1", () -> {})).isNotNull();
        assertThat(members.leave("news", "c1", () -> {})).isNull();
        assertThat(members.leave("other", "c1", () -> {})).isNull();
        assertThat(members.get(new Ref("news", "c1"))).isNull();
        assertThat(members.refs("news")).containsExactly(new Ref("news", "c2"));
        assertThat(members.refs("other")).isEmpty();
        assertThat(members.count()).isEqualTo(1);
    }

    @Test
    void anEmptyChannelLeavesNothing() {
        enter("c1");
        members.leave("news", "c1", () -> {});
        assertThat(members.of("news")).isNull();
        assertThat(members.channels()).isEmpty();
        assertThat(members.count()).isZero();
    }

    @Test
    void whatWaitsIsToldInItsOrderAndThenNothingIsLeft() {
        List<String> told = new ArrayList<>();
        Member member = ChannelMembersTest.member("c1", "u", 10);
        members.enter("news", member, false, () -> told.add("+"));
        members.leave("news", "c1", () -> told.add("-"));
        assertThat(told).isEmpty();
        assertThat(members.of("news")).isNotNull();
        members.heard("news", 0);
        assertThat(told).containsExactly("+", "-");
        assertThat(members.of("news")).isNull();
    }

    private void enter(String client) {
        members.enter("news", ChannelMembersTest.member(client, "u", 10), true, () -> {});
    }
}
