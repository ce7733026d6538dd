package io.hawser.server.session;

import io.hawser.grid.pubsub.Payload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Carries out on this node's sessions what the server API of any node sent to all nodes. Called on
 * a broker's thread; only finds the sessions there, and leaves the rest to their I/O threads.
 * Thread-safe.
 */
public final class ClusterCommands implements Consumer<Payload> {
    private static final Logger log = LoggerFactory.getLogger(ClusterCommands.class);

    /** Different problems that are logged, once each. */
    private static final int MAX_LOGGED = 16;

    private final Sessions sessions;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    public ClusterCommands(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void accept(Payload payload) {
        try {
            carryOut(ClusterCommandCodec.decode(payload));
        } catch (UnreadableCommandException e) {
            String problem = String.valueOf(e.getMessage());
            if (logged.size() < MAX_LOGGED && logged.add(problem)) {
                log.warn("a cluster command is ignored, and others like it: {}", problem);
            }
        }
    }

    private void carryOut(ClusterCommand command) {
        for (ClientSession session : sessions.find(command.user(), command.client())) {
            session.connection().execute(() -> carryOut(command, session));
        }
    }

    private static void carryOut(ClusterCommand command, ClientSession session) {
        switch (command) {
            case ClusterCommand.DisconnectUser disconnect -> {
                if (!disconnect.whitelist().contains(session.client())) {
                    session.disconnect(disconnect.reason());
                }
            }
            case ClusterCommand.Subscribe subscribe -> session.subscribe(subscribe);
            case ClusterCommand.Unsubscribe unsubscribe ->
                    session.unsubscribe(unsubscribe.channel(), unsubscribe.code());
            case ClusterCommand.Refresh refresh -> session.refresh(refresh.expireAtMs());
        }
    }
}
