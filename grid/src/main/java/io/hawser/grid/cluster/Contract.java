package io.hawser.grid.cluster;

import com.hazelcast.cluster.Member;

import java.util.Collection;
import java.util.Optional;

/**
 * What all nodes of a grid must agree on. Each member carries its own as an attribute, so a joiner
 * knows the others' as soon as it knows the others.
 *
 * @param text compared as a whole, shown to the operator
 */
record Contract(String text) {
    static final String ATTRIBUTE = "hawser.contract";

    /** Why this node may not be among these members; empty if it may. */
    Optional<GridRefusedException> breach(Collection<Member> members) {
        return members.stream()
                .filter(member -> !member.localMember())
                .filter(member -> !text.equals(member.getAttribute(ATTRIBUTE)))
                .findFirst()
                .map(this::breach);
    }

    private GridRefusedException breach(Member member) {
        return new GridRefusedException(
                "this node's broker ("
                        + text
                        + ") is not the grid's ("
                        + member.getAttribute(ATTRIBUTE)
                        + ", says the member at "
                        + member.getAddress().getHost()
                        + ":"
                        + member.getAddress().getPort()
                        + "): all nodes of a grid need the same broker");
    }
}
