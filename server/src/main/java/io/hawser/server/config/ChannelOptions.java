package io.hawser.server.config;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.HistoryOptions;
import io.hawser.server.binding.Checks;
import io.hawser.server.binding.Key;

import java.time.Duration;

/** How the channels of one namespace, or those without one, behave. Immutable. */
public record ChannelOptions(
        @Key(doc = "Keeps who is subscribed, for presence requests.", byDefault = "false")
                boolean presence,
        @Key(doc = "Announces who subscribes and unsubscribes.", byDefault = "false")
                boolean joinLeave,
        @Key(
                        doc =
                                "Sends join and leave messages to every subscriber, also to those that did"
                                        + " not ask for them. Needs join_leave.",
                        byDefault = "false")
                boolean forcePushJoinLeave,
        @Key(
                        doc =
                                "Sends a join only when a user's first client comes to the channel, on"
                                        + " whatever node, and a leave only when the last one goes. Clients"
                                        + " without a user are told each. Needs join_leave.",
                        byDefault = "false")
                boolean joinLeavePerUser,
        @Key(
                        doc =
                                "Members of a channel, on all nodes, up to which the presence request"
                                        + " is answered; above it gets error 106. Counts are always"
                                        + " answered, and the admin API tells members page by page. A"
                                        + " reply must fit into client.queue_max_size.",
                        byDefault = "1000",
                        unit = "members",
                        min = "1",
                        max = "10000")
                int presenceMaxMembers,
        @Key(
                        doc =
                                "Members of a channel, on all nodes, up to which join and leave messages"
                                        + " are sent. Above it none are, until there are a tenth fewer:"
                                        + " every one of them costs a message to every member, and a node"
                                        + " that is lost costs as many as it had members.",
                        byDefault = "1000",
                        unit = "members",
                        min = "1",
                        max = "10000")
                int joinLeaveMaxMembers,
        @Key(
                        doc =
                                "Publications that are kept in a channel; 0 for none. Goes together with"
                                        + " history_ttl.",
                        byDefault = "0",
                        unit = "publications",
                        min = "0",
                        max = "10000000")
                int historySize,
        @Key(
                        doc =
                                "How long after the last publication a channel's history is kept. Goes"
                                        + " together with history_size.",
                        byDefault = "0s",
                        min = "0s",
                        max = "365d")
                Duration historyTtl,
        @Key(
                        doc =
                                "How long after the last publication a channel's position (epoch and"
                                        + " offset) is kept; then a new epoch begins. Longer than"
                                        + " history_ttl.",
                        byDefault = "30d",
                        min = "1s",
                        max = "3650d")
                Duration historyMetaTtl,
        @Key(
                        doc = "Every subscription recovers what it missed. Needs history.",
                        byDefault = "false")
                boolean forceRecovery,
        @Key(
                        doc =
                                "Every subscription's position is watched, so that a gap is noticed. Needs"
                                        + " history.",
                        byDefault = "false")
                boolean forcePositioning,
        @Key(doc = "Every client may subscribe, without a subscription token.", byDefault = "false")
                boolean allowSubscribeForClient,
        @Key(doc = "Every client may publish.", byDefault = "false") boolean allowPublishForClient,
        @Key(doc = "Subscribers of the channel may publish.", byDefault = "false")
                boolean allowPublishForSubscriber,
        @Key(doc = "Subscribers of the channel may ask for its presence.", byDefault = "false")
                boolean allowPresenceForSubscriber,
        @Key(doc = "Subscribers of the channel may ask for its history.", byDefault = "false")
                boolean allowHistoryForSubscriber,
        @Key(
                        doc =
                                "json: publications are one JSON value each, anything else gets error 107."
                                        + " binary: any bytes; clients of the JSON protocol cannot subscribe"
                                        + " (108).",
                        byDefault = "json")
                DataFormat dataFormat,
        @Key(
                        doc =
                                "What happens to a client that reads more slowly than publications come."
                                        + " disconnect: it is closed (3008) once client.queue_max_size waits"
                                        + " for it. drop_oldest: publications are dropped, the oldest"
                                        + " first. latest: of what waits only the newest publication is"
                                        + " kept. With the last two gaps are legal, and subscribe replies"
                                        + " say positioned: false.",
                        byDefault = "disconnect")
                SlowConsumer slowConsumer,
        @Key(
                        doc =
                                "Order against other channels where messages wait, for a client or on the"
                                        + " bus: high goes first, low gets a sixteenth of what goes and is"
                                        + " dropped first. Within a channel order never changes.",
                        byDefault = "normal")
                Priority priority,
        @Key(
                        doc =
                                "Publications that share one WebSocket message at most, where the"
                                        + " encoding allows several; 0 for no limit but the message's size.",
                        byDefault = "0",
                        unit = "publications",
                        min = "0",
                        max = "100000")
                int writeMaxMessages,
        @Key(
                        doc =
                                "Offers delta compression (fossil): a subscriber that asks for it gets what"
                                        + " has changed since the publication before, where that is"
                                        + " shorter. Needs history.",
                        byDefault = "false")
                boolean delta,
        @Key(
                        doc =
                                "Subscribers may name a filter, and then get only the publications whose"
                                        + " tags pass it. Saves bytes; hides nothing from anybody.",
                        byDefault = "false")
                boolean allowTagsFilter,
        @Key(
                        doc =
                                "none: what a client has seen is for the client to know. subscriber: each"
                                        + " user has a position in the channel, which its clients move by"
                                        + " acknowledging (hawser.ack); every subscribe goes on from there,"
                                        + " on any node. Needs history, and a user in the token.",
                        byDefault = "none")
                Ack ack) {

    /** Who acknowledges publications. */
    public enum Ack {
        /** Nobody. */
        NONE,
        /** Each user. */
        SUBSCRIBER
    }

    /** What publications consist of. */
    public enum DataFormat {
        /** One valid JSON value. */
        JSON,
        /** Any bytes. */
        BINARY
    }

    /** What happens to a client that does not keep up. */
    public enum SlowConsumer {
        /** It is closed with 3008. */
        DISCONNECT,
        /** The oldest publications that wait for it are dropped. */
        DROP_OLDEST,
        /** Only the newest publication of the channel waits for it. */
        LATEST;

        /** Whether publications may be missing without the client being told. */
        public boolean drops() {
            return this != DISCONNECT;
        }
    }

    public ChannelOptions {
        boolean noHistory = historySize == 0 && historyTtl.isZero();
        Checks.of(
                        ChannelOptions.class,
                        presence,
                        joinLeave,
                        forcePushJoinLeave,
                        joinLeavePerUser,
                        presenceMaxMembers,
                        joinLeaveMaxMembers,
                        historySize,
                        historyTtl,
                        historyMetaTtl,
                        forceRecovery,
                        forcePositioning,
                        allowSubscribeForClient,
                        allowPublishForClient,
                        allowPublishForSubscriber,
                        allowPresenceForSubscriber,
                        allowHistoryForSubscriber,
                        dataFormat,
                        slowConsumer,
                        priority,
                        writeMaxMessages,
                        delta,
                        allowTagsFilter,
                        ack)
                .refuse(
                        ack == Ack.SUBSCRIBER && noHistory,
                        "has nothing to deliver again without history",
                        "set history_size and history_ttl, or ack to none",
                        "ack",
                        "history_size",
                        "history_ttl")
                .refuse(
                        ack == Ack.SUBSCRIBER && slowConsumer.drops(),
                        "cannot hold where slow_consumer lets publications be dropped",
                        "set slow_consumer to disconnect, or ack to none",
                        "ack",
                        "slow_consumer")
                .refuse(
                        forcePositioning && slowConsumer.drops(),
                        "cannot hold where slow_consumer lets publications be dropped",
                        "set slow_consumer to disconnect, or leave it out",
                        "force_positioning",
                        "slow_consumer")
                .refuse(
                        historySize > 0 && historyTtl.isZero(),
                        "keeps nothing without history_ttl",
                        "set history_ttl too, for example 300s",
                        "history_size",
                        "history_ttl")
                .refuse(
                        historySize == 0 && historyTtl.isPositive(),
                        "keeps nothing without history_size",
                        "set history_size too, for example 100",
                        "history_ttl",
                        "history_size")
                .refuse(
                        historyMetaTtl.compareTo(historyTtl) <= 0,
                        "must be longer than history_ttl, or positions end before their entries",
                        "raise history_meta_ttl or lower history_ttl",
                        "history_meta_ttl",
                        "history_ttl")
                .refuse(
                        forceRecovery && noHistory,
                        "has nothing to recover from without history",
                        "set history_size and history_ttl, or leave it out",
                        "force_recovery",
                        "history_size",
                        "history_ttl")
                .refuse(
                        forcePositioning && noHistory,
                        "has no positions to watch without history",
                        "set history_size and history_ttl, or leave it out",
                        "force_positioning",
                        "history_size",
                        "history_ttl")
                .refuse(
                        delta && noHistory,
                        "has no positions to build on without history",
                        "set history_size and history_ttl, or leave it out",
                        "delta",
                        "history_size",
                        "history_ttl")
                .refuse(
                        forcePushJoinLeave && !joinLeave,
                        "has nothing to send without join_leave",
                        "set join_leave too, or leave it out",
                        "force_push_join_leave",
                        "join_leave")
                .done();
    }

    /** Whether users have positions in the channel, and acknowledge. */
    public boolean acknowledged() {
        return ack != Ack.NONE;
    }

    /** The same, in the broker's terms. */
    public HistoryOptions history() {
        return new HistoryOptions(historySize, historyTtl, historyMetaTtl);
    }
}
