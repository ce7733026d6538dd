package io.hawser.server;

import io.hawser.grid.failover.FailoverRecord;
import io.hawser.grid.pubsub.Payload;
import io.hawser.server.admin.FailoverView;
import io.hawser.server.hook.Mark;
import io.hawser.server.hook.MarkJson;
import io.hawser.server.session.ClusterCommands;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/**
 * What all nodes are told: failovers, marks of webhooks, and commands for clients. On a broker's
 * thread; nothing blocks. Thread-safe.
 */
final class ControlChannel implements Consumer<Payload> {
    private static final Logger log = LoggerFactory.getLogger(ControlChannel.class);

    private final ClusterCommands commands;
    private volatile Consumer<FailoverRecord> failovers = _ -> {};
    private volatile Consumer<Mark> marks = _ -> {};

    ControlChannel(ClusterCommands commands) {
        this.commands = commands;
    }

    /** From now on failovers go there; before they are not heard of. */
    void failoversTo(Consumer<FailoverRecord> listener) {
        failovers = listener;
    }

    /** From now on marks of webhooks go there; before they are not heard of. */
    void marksTo(Consumer<Mark> listener) {
        marks = listener;
    }

    @Override
    public void accept(Payload payload) {
        if (FailoverView.isEvent(payload)) {
            FailoverView.read(payload)
                    .ifPresentOrElse(
                            failovers,
                            () -> log.warn("a failover event is ignored: it cannot be read"));
        } else if (MarkJson.isMark(payload)) {
            MarkJson.read(payload)
                    .ifPresentOrElse(
                            marks,
                            () -> log.warn("a webhook's mark is ignored: it cannot be read"));
        } else {
            commands.accept(payload);
        }
    }
}
