package io.hawser.grid.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.grid.presence.LocalMembers.Ref;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import org.junit.jupiter.api.Test;

class LocalMembersTest {
    private final LocalMembers members = new LocalMembers();

    @Test
    void comesAndGoes() {
        members.put("news", member("c1"));
        members.put("news", member("c2"));
        assertThat(members.of("news")).containsOnlyKeys("c1", "c2");
        assertThat(members.remove("news", "c1")).isTrue();
        assertThat(members.remove("news", "c1")).isFalse();
        assertThat(members.get(new Ref("news", "c1"))).isNull();
        assertThat(members.refs()).containsExactly(new Ref("news", "c2"));
    }

    @Test
    void anEmptyChannelLeavesNothing() {
        members.put("news", member("c1"));
        members.remove("news", "c1");
        assertThat(members.of("news")).isEmpty();
        assertThat(members.refs()).isEmpty();
    }

    private static Member member(String client) {
        return new Member(new ClientInfo("u", client, Payload.EMPTY, Payload.EMPTY), false);
    }
}
