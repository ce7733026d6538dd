package io.hawser.grid.cluster;

import io.hawser.grid.presence.Presence;

/** Tells presence of nodes that have come or gone, and of merges. Thread-safe. */
public final class PresenceFeed implements ClusterListener {
    private final Presence presence;

    public PresenceFeed(Presence presence) {
        this.presence = presence;
    }

    @Override
    public void on(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.NodeLost lost -> presence.nodeGone(lost.node().id().value());
            case ClusterEvent.NodeLeft left -> presence.nodeGone(left.node().id().value());
            case ClusterEvent.Merged _ -> presence.assertAll();
            case ClusterEvent.NodeJoined _ -> presence.nodeCame();
            case ClusterEvent.NodeChanged _,
                    ClusterEvent.Fenced _,
                    ClusterEvent.Unfenced _,
                    ClusterEvent.NoQuorum _ -> {
                // what is stored stays where it is
            }
        }
    }
}
