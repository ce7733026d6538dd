package io.hawser.server.affinity;

import io.hawser.grid.pubsub.Payload;
import io.hawser.server.security.TokenSubscription;
import io.hawser.server.session.ClusterCommand;
import io.hawser.server.session.ClusterCommandCodec;
import io.hawser.server.session.UnreadableCommandException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;

/**
 * Subscriptions as they are kept: the command of the server API that made them, in the form in
 * which nodes tell it each other. Stateless.
 */
final class KeptTerms {
    private static final Logger log = LoggerFactory.getLogger(KeptTerms.class);

    private KeptTerms() {}

    /**
     * Without the position to recover from, which was good at that moment only.
     *
     * @param user whose subscription it is
     */
    static String write(String user, ClusterCommand.Subscribe command) {
        return ClusterCommandCodec.encode(
                        new ClusterCommand.Subscribe(
                                user, command.client(), command.channel(), command.terms(), null))
                .toString();
    }

    /**
     * What cannot be read is left out, and so is what another user had: a session id may be in
     * wrong hands.
     */
    static Map<String, TokenSubscription> read(String user, Map<String, String> kept) {
        Map<String, TokenSubscription> terms = HashMap.newHashMap(kept.size());
        kept.forEach(
                (channel, text) -> {
                    try {
                        if (ClusterCommandCodec.decode(Payload.of(text))
                                        instanceof ClusterCommand.Subscribe subscribe
                                && subscribe.user().equals(user)) {
                            terms.put(channel, subscribe.terms());
                        }
                    } catch (UnreadableCommandException e) {
                        log.debug("a kept subscription is left out", e);
                    }
                });
        return terms;
    }
}
