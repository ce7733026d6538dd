package io.hawser.cli.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

/** A connection that publishes. Confined to its event loop, the publishing one. */
final class Publisher extends Peer {
    /** Publishes without a reply, at most; what is due beyond waits. A power of two. */
    static final int MAX_OUTSTANDING = 4096;

    private final Publishing publishing;
    private final PublishFrame[] frames;
    private final int[] flows;
    private final int limit;

    /** When the publishes without a reply were due, and of which flow they are, by id. */
    private final long[] stamps = new long[MAX_OUTSTANDING];

    private final int[] flowOf = new int[MAX_OUTSTANDING];
    private String token;
    private int sent;
    private int answered;

    /** Publishes whose time has come, sent ones included. */
    private int due;

    /**
     * @param flows that it publishes, in turn
     * @param limit publishes without a reply, 1 to {@link #MAX_OUTSTANDING}
     */
    Publisher(
            Inbox inbox,
            Target target,
            Watch watch,
            Publishing publishing,
            PublishFrame[] frames,
            int[] flows,
            int limit,
            String token) {
        super(inbox, target, watch);
        this.publishing = publishing;
        this.frames = frames;
        this.flows = flows;
        this.limit = limit;
        this.token = token;
    }

    @Override
    byte[] hello() {
        byte[] connect = inbox.wire().connect(token);
        token = "";
        return connect;
    }

    @Override
    int lastJoinId() {
        return Wire.CONNECT_ID;
    }

    /** One more may be sent. */
    void grant() {
        due++;
    }

    int unsent() {
        return due - sent;
    }

    /** The flow of the publish that will be granted next. */
    int nextFlow() {
        return flows[due % flows.length];
    }

    private boolean maySend(@Nullable Channel open) {
        return open != null
                && isReady()
                && open.isWritable()
                && sent - answered < limit
                && publishing.isOn();
    }

    /** Sends what is due, as far as the connection takes it. */
    void pump() {
        Channel open = channel();
        boolean wrote = false;
        while (sent < due && maySend(open)) {
            int turn = sent % flows.length;
            long stampNs = publishing.stampNs(flows[turn], sent / flows.length);
            send(open, turn, stampNs);
            wrote = true;
        }
        if (wrote && open != null) {
            open.flush();
        }
    }

    /** Sends as fast as replies come. */
    void pumpByReplies() {
        while (maySend(channel())) {
            grant();
            pump();
        }
    }

    private void send(@Nullable Channel open, int turn, long stampNs) {
        if (open == null) {
            return;
        }
        int slot = sent & (MAX_OUTSTANDING - 1);
        stamps[slot] = stampNs;
        flowOf[slot] = flows[turn];
        byte[] frame = frames[turn].next(Wire.FIRST_PUBLISH_ID + (sent & 0x3fffffff), stampNs);
        var _ = open.write(open.alloc().directBuffer(frame.length).writeBytes(frame));
        publishing.published(flows[turn], stampNs);
        sent++;
    }

    @Override
    void received(byte[] bytes, int from, int to) {
        Wire wire = inbox.wire();
        if (wire.isPing(bytes, from, to)) {
            send(wire.pong());
            return;
        }
        int id = wire.replyId(bytes, from, to);
        if (id >= Wire.FIRST_PUBLISH_ID || id < 0) {
            answered++;
            int slot = id & (MAX_OUTSTANDING - 1);
            publishing.replied(flowOf[slot], stamps[slot], wire.errorCode(bytes, from, to));
        }
    }

    @Override
    void readComplete() {
        if (isReady()) {
            publishing.answered(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            publishing.answered(this);
        }
    }
}
