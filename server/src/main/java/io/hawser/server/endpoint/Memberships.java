package io.hawser.server.endpoint;

import io.hawser.server.config.ChannelOptions;
import io.hawser.server.session.Selection;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Set;

/** The channels of one connection. Confined to its I/O thread. */
final class Memberships {
    private @Nullable Membership first;

    void attach(
            String channel,
            ChannelOptions options,
            ClientConnection connection,
            Selection selection,
            IoLoop loop) {
        Membership added = loop.attach(channel, options, connection, selection);
        added.next = first;
        first = added;
    }

    void detach(String channel, IoLoop loop) {
        Membership before = null;
        for (Membership m = first; m != null; m = m.next) {
            if (m.channel.channel().equals(channel)) {
                if (before == null) {
                    first = m.next;
                } else {
                    before.next = m.next;
                }
                loop.detach(m);
                return;
            }
            before = m;
        }
    }

    /** A publication of the channel was dropped: no delta can build on it. */
    void lost(@Nullable ChannelSubscribers channel) {
        for (Membership m = first; m != null; m = m.next) {
            if (m.channel == channel) {
                m.base = Delivery.NONE;
            }
        }
    }

    /** Publications that have not gone may be dropped from here on, so none is built on. */
    void forgetBases() {
        for (Membership m = first; m != null; m = m.next) {
            if (m.channel.options().slowConsumer().drops()) {
                m.base = Delivery.NONE;
            }
        }
    }

    Set<ChannelOptions.SlowConsumer> policies() {
        Set<ChannelOptions.SlowConsumer> policies =
                EnumSet.noneOf(ChannelOptions.SlowConsumer.class);
        for (Membership m = first; m != null; m = m.next) {
            policies.add(m.channel.options().slowConsumer());
        }
        return policies;
    }
}
