package io.hawser.grid.cluster;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/**
 * What the directory says of a node before it joins: whether its id is free, and whether the others
 * have the same secret. Used once, while the node starts; blocks.
 */
final class DirectoryCheck {
    private static final Logger log = LoggerFactory.getLogger(DirectoryCheck.class);
    private static final int PROBE_TIMEOUT_MS = 300;

    /** Of more than these one answers, or all of them are gone. */
    private static final int MAX_PROBES = 10;

    /** The others look for new members each five seconds. */
    private static final Duration KNOCK_TTL = Duration.ofSeconds(15);

    private final ClusterKey key;
    private final Peers peers;
    private final @Nullable NodeDirectory directory;

    DirectoryCheck(ClusterKey key, Peers peers, @Nullable NodeDirectory directory) {
        this.key = key;
        this.peers = peers;
        this.directory = directory;
    }

    /**
     * The highest incarnation that the directory knows, 0 if there is none.
     *
     * @param address of this node's grid member
     * @throws GridRefusedException if a node with this id, or the cluster of this name with another
     *     secret, is there
     */
    long pass(NodeId id, String address) {
        long known = 0;
        for (DirectoryEntry entry : peers.entries()) {
            if (entry.id().equals(id.value())) {
                refuseRival(entry, address);
                known = Math.max(known, entry.incarnation());
            }
        }
        refuseOtherSecret(id, address);
        return Math.max(known, lastLife(id));
    }

    private long lastLife(NodeId id) {
        if (directory == null) {
            return 0;
        }
        try {
            return directory.lastLife(id);
        } catch (DirectoryException e) {
            log.warn("which lives {} has had is not known: they are counted anew", id, e);
            return 0;
        }
    }

    /** One that still listens elsewhere is live, even if it cannot be joined at the moment. */
    private static void refuseRival(DirectoryEntry entry, String address) {
        if (!entry.grid().equals(address) && listens(entry.grid())) {
            throw GridRefusedException.idInUse(entry.id(), entry.grid());
        }
    }

    /** It would found a grid of its own on the same Redis, and nobody would notice. */
    private void refuseOtherSecret(NodeId id, String address) {
        List<DirectoryEntry> strangers = peers.strangers();
        for (DirectoryEntry stranger :
                strangers.subList(0, Math.min(MAX_PROBES, strangers.size()))) {
            if (!stranger.grid().equals(address) && listens(stranger.grid())) {
                knock(id, address);
                throw GridRefusedException.otherSecret(key.name(), stranger);
            }
        }
    }

    /** So that the others can tell who was at the door. Never in place of a live node's entry. */
    private void knock(NodeId id, String address) {
        if (directory == null) {
            return;
        }
        try {
            if (!directory.list().containsKey(id.value())) {
                var entry =
                        new DirectoryEntry(id.value(), key.directoryName(), address, address, 0);
                directory.put(id, entry.toJson(), KNOCK_TTL);
            }
        } catch (DirectoryException e) {
            log.debug("the others are not told of this node", e);
        }
    }

    private static boolean listens(String address) {
        try (Socket socket = new Socket()) {
            HostPort target = HostPort.parse(address);
            socket.connect(new InetSocketAddress(target.host(), target.port()), PROBE_TIMEOUT_MS);
            return true;
        } catch (IOException | IllegalArgumentException e) {
            log.debug("nobody listens at {}", address, e);
            return false;
        }
    }
}
