package io.hawser.grid.presence;

import com.hazelcast.map.EntryProcessor;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import java.util.Map;

/** Notes that a user is on a node. Returns whether it came there first; also if asked again. */
@SuppressWarnings("serial") // arrays are
final class HereEntry implements EntryProcessor<UserKey, UserEntry, Boolean> {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final long incarnation;
    private final String client;
    private final byte[] connInfo;
    private final byte[] chanInfo;
    private final int announceUpTo;

    HereEntry(NodeLife life, UserHere here) {
        this.node = life.node();
        this.incarnation = life.incarnation();
        this.client = here.info().client();
        this.connInfo = here.info().connInfo().bytes();
        this.chanInfo = here.info().chanInfo().bytes();
        this.announceUpTo = here.announceUpTo();
    }

    @Override
    public Boolean process(Map.Entry<UserKey, UserEntry> entry) {
        var life = new NodeLife(node, incarnation);
        var info =
                new ClientInfo(
                        entry.getKey().user(), client, Payload.of(connInfo), Payload.of(chanInfo));
        UserEntry now = UserEntry.with(entry.getValue(), life, new UserHere(info, announceUpTo));
        entry.setValue(now);
        return now.cameFirstOn(life);
    }
}
