package io.hawser.cli.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** A connection that receives one channel and checks what comes. Confined to its event loop. */
final class Subscriber extends Peer {
    private static final @Nullable Sequence[] NONE = {};

    private final Tally tally;
    private final int channelIndex;

    /** Its token; given away with the first command. */
    private String token;

    /** For each publisher of the channel. */
    private @Nullable Sequence[] sequences = NONE;

    /** Whose messages the sequences are of. */
    private int run;

    Subscriber(
            Inbox inbox, Target target, Watch watch, Tally tally, int channelIndex, String token) {
        super(inbox, target, watch);
        this.tally = tally;
        this.channelIndex = channelIndex;
        this.token = token;
        run = tally.plan().run();
    }

    int channelIndex() {
        return channelIndex;
    }

    @Override
    byte[] hello() {
        Wire wire = inbox.wire();
        byte[] connect = wire.connect(token);
        token = "";
        String name = tally.plan().channelName(channelIndex);
        return ClientFrame.join(connect, wire.separator(), wire.subscribe(name));
    }

    @Override
    int lastJoinId() {
        return Wire.SUBSCRIBE_ID;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (((ByteBuf) message).isReadable()) {
            tally.readBegins();
        }
        super.channelRead(context, message);
    }

    @Override
    void readComplete() {
        tally.readEnds();
    }

    @Override
    void received(byte[] bytes, int from, int to) {
        if (tally.marker.find(bytes, from, to)) {
            marked(tally.marker, to - from);
        } else if (inbox.wire().isPing(bytes, from, to)) {
            send(inbox.wire().pong());
        } else if (inbox.wire().replyId(bytes, from, to) == 0) {
            tally.unmarked(to - from);
        }
    }

    private void marked(Marker marker, int bytes) {
        if (marker.run() != run && !takesOver(marker)) {
            tally.foreign++;
        } else if (marker.channel() != channelIndex) {
            tally.misrouted++;
        } else {
            switch (arrived(marker)) {
                case IN_ORDER -> tally.counts(bytes);
                case DISORDERED -> {
                    tally.disordered++;
                    tally.counts(bytes);
                }
                case DUPLICATE -> tally.duplicates++;
            }
        }
    }

    /** One who only subscribes gets what any other run publishes. */
    private boolean takesOver(Marker marker) {
        if (tally.plan().kind().expects()) {
            return false;
        }
        run = marker.run();
        sequences = NONE;
        return true;
    }

    private Sequence.Arrival arrived(Marker marker) {
        int nth = tally.plan().nth(marker.publisher());
        if (nth >= sequences.length) {
            sequences = Arrays.copyOf(sequences, nth + 1);
        }
        Sequence sequence = sequences[nth];
        if (sequence == null) {
            boolean fromStart = tally.plan().kind().expects();
            sequence = fromStart ? Sequence.fromStart() : Sequence.from(marker.sequence());
            sequences[nth] = sequence;
        }
        return sequence.arrived(marker.sequence());
    }

    /** How many are missing among those that came. */
    long missing() {
        long missing = 0;
        for (Sequence sequence : sequences) {
            missing += sequence == null ? 0 : sequence.missing();
        }
        return missing;
    }

    /** How many are missing of a flow of which {@code published} were sent. */
    long missing(int nth, long published) {
        Sequence sequence = nth < sequences.length ? sequences[nth] : null;
        return sequence == null ? published : sequence.missing(published);
    }
}
