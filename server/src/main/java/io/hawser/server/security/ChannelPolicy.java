package io.hawser.server.security;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.UserQueue;
import io.hawser.server.config.ChannelOptions;
import io.hawser.server.config.NamespaceConfig;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a channel's name says, and what its namespace allows. Immutable.
 *
 * <p>Names: {@code rest} or {@code namespace:rest}; a leading {@code $} makes it private (a
 * subscription token is needed); {@code rest#user1,user2} admits only the users listed.
 */
public final class ChannelPolicy {
    private static final char NAMESPACE_END = ':';
    private static final char USERS_START = '#';
    private static final char PRIVATE_PREFIX = '$';

    private final ChannelOptions withoutNamespace;
    private final Map<String, ChannelOptions> namespaces;
    private final boolean insecure;

    /** Nothing has another priority: a channel's name need not be looked at for it. */
    private final boolean allNormal;

    /**
     * @param insecure grant everything to everybody
     */
    public ChannelPolicy(
            ChannelOptions withoutNamespace, List<NamespaceConfig> namespaces, boolean insecure) {
        this.withoutNamespace = withoutNamespace;
        this.namespaces =
                namespaces.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        NamespaceConfig::name, NamespaceConfig::options));
        this.insecure = insecure;
        this.allNormal =
                Stream.concat(
                                Stream.of(withoutNamespace),
                                namespaces.stream().map(NamespaceConfig::options))
                        .allMatch(options -> options.priority() == Priority.NORMAL);
    }

    /** True if no token is needed and every permission is granted. */
    public boolean insecure() {
        return insecure;
    }

    /** The options of the channel's namespace; null if there is no such namespace. */
    public @Nullable ChannelOptions options(String channel) {
        String namespace = namespace(channel);
        return namespace.isEmpty() ? withoutNamespace : namespaces.get(namespace);
    }

    /** The lane of all that concerns the channel; normal if there is no such namespace. */
    public Priority priority(String channel) {
        ChannelOptions options = allNormal ? null : options(channel);
        return options == null ? Priority.NORMAL : options.priority();
    }

    /** The namespace's name, empty for a channel without one. */
    public static String namespace(String channel) {
        int end = channel.indexOf(NAMESPACE_END);
        int start = isPrivate(channel) ? 1 : 0;
        return end < start ? "" : channel.substring(start, end);
    }

    /** True if only a subscription token opens the channel. */
    public static boolean isPrivate(String channel) {
        return !channel.isEmpty() && channel.charAt(0) == PRIVATE_PREFIX;
    }

    /** May this user subscribe without a token? */
    public boolean maySubscribe(String channel, String user, ChannelOptions options) {
        if (insecure) {
            return true;
        }
        if (UserQueue.isQueue(channel)) {
            return UserQueue.user(channel).equals(user);
        }
        if (isPrivate(channel)) {
            return false;
        }
        int users = channel.indexOf(USERS_START);
        if (users >= 0) {
            return !user.isEmpty()
                    && List.of(channel.substring(users + 1).split(",")).contains(user);
        }
        return options.allowSubscribeForClient();
    }

    /** May a client publish, being subscribed or not? */
    public boolean mayPublish(ChannelOptions options, boolean subscribed) {
        return insecure
                || options.allowPublishForClient()
                || (subscribed && options.allowPublishForSubscriber());
    }

    /** May a client ask for presence, being subscribed or not? */
    public boolean mayAskPresence(ChannelOptions options, boolean subscribed) {
        return insecure || (subscribed && options.allowPresenceForSubscriber());
    }

    /** May a client read history, being subscribed or not? */
    public boolean mayReadHistory(ChannelOptions options, boolean subscribed) {
        return insecure || (subscribed && options.allowHistoryForSubscriber());
    }
}
