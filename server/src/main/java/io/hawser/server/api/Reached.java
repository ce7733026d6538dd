package io.hawser.server.api;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who heard some channels when the nodes were asked. Immutable.
 *
 * @param counts subscribers by channel, one map for each node that answered
 * @param missing nodes that did not
 * @param problem why nobody could be asked; null if somebody was
 */
record Reached(List<Map<String, Integer>> counts, List<String> missing, @Nullable String problem) {
    static Reached unknown(String problem) {
        return new Reached(List.of(), List.of(), problem);
    }

    private ApiResult.Reach in(String channel) {
        List<Integer> subscribers =
                counts.stream().map(node -> node.get(channel)).filter(Objects::nonNull).toList();
        return new ApiResult.Reach(
                subscribers.size(),
                subscribers.stream().mapToInt(Integer::intValue).sum(),
                missing,
                problem);
    }

    /** The reply with whom its publication went to, if it went to anybody. */
    ApiReply on(String channel, ApiReply reply) {
        return reply.result() instanceof ApiResult.Published published
                        && published.suppressed() == null
                ? ApiReply.of(published.reaching(in(channel)))
                : reply;
    }
}
