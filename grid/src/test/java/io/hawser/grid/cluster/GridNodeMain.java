package io.hawser.grid.cluster;

import io.hawser.grid.presence.Announcement;
import io.hawser.grid.presence.Presence;
import io.lettuce.core.RedisClient;

import java.util.List;

/**
 * A node as a process of its own, for tests that kill it: id, Redis URI, clients to have, channels
 * that they are in.
 */
final class GridNodeMain {
    private GridNodeMain() {}

    public static void main(String[] args) throws InterruptedException {
        var connection = RedisClient.create(args[1]).connect();
        var settings =
                new GridSettings(
                        Nodes.profile(args[0]),
                        new ClusterKey("test", "secret"),
                        "127.0.0.1",
                        0,
                        HeartbeatSettings.DEFAULT,
                        List.of(),
                        "redis",
                        Presence.mapConfigs(),
                        List.of());
        GridMember member =
                GridMember.start(
                        settings,
                        new RedisNodeDirectory(connection::async),
                        null,
                        () -> NodeLoad.NONE,
                        why -> System.out.println("EXPELLED " + why.getMessage()));
        Presence presence =
                new Presence(
                        member.hazelcast(),
                        member.registry(),
                        new PresenceCalls(member.survey()),
                        (channel, client) ->
                                System.out.println("LOST " + channel + "/" + client.client()));
        member.registry().listen(new PresenceFeed(presence));
        presence.start();
        int channels = Integer.parseInt(args[3]);
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            presence.enter(
                    "channel-" + i % channels,
                    TestNode.info(args[0] + "-" + i),
                    true,
                    Announcement.ofClients(i % 2 == 0 ? 1_000 : 0),
                    () -> {});
        }
        member.registry().become(NodeStatus.ACTIVE);
        System.out.println("READY " + member.registry().localIncarnation());
        Thread.currentThread().join();
    }
}
