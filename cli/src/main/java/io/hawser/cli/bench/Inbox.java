package io.hawser.cli.bench;

import io.netty.buffer.ByteBuf;

import java.util.Arrays;

/**
 * Reads what arrives on the connections of one event loop: bytes to frames to messages, in one
 * array and without an object for any of them. Confined to the loop.
 */
final class Inbox {
    /** More is not what a node sends. */
    private static final int MAX_FRAME_BYTES = 16 << 20;

    private static final byte[] NOTHING = {};
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private final Wire wire;
    private byte[] bytes = new byte[128 * 1024];

    Inbox(Wire wire) {
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    /**
     * Takes what one read gave.
     *
     * @throws BadMessageException if it is not the protocol
     */
    void read(Peer peer, ByteBuf in) {
        int kept = peer.rest.length;
        int end = kept + in.readableBytes();
        if (end > bytes.length) {
            bytes = new byte[2 * end];
        }
        System.arraycopy(peer.rest, 0, bytes, 0, kept);
        in.readBytes(bytes, kept, end - kept);
        int at = peer.isHandshaking() ? handshake(peer, end) : 0;
        if (!peer.isHandshaking()) {
            at = frames(peer, at, end);
        }
        peer.rest = at == end ? NOTHING : Arrays.copyOfRange(bytes, at, end);
    }

    private int handshake(Peer peer, int end) {
        int headEnd = ByteScan.indexOf(bytes, 0, end, HEAD_END);
        if (headEnd < 0) {
            if (end > 1 << 16) {
                throw new BadMessageException("a handshake without an end");
            }
            return 0;
        }
        peer.handshaken(bytes, headEnd);
        return headEnd + HEAD_END.length;
    }

    private int frames(Peer peer, int from, int end) {
        int at = from;
        while (end - at >= 2 && !peer.isOver()) {
            int head = headBytes(bytes[at + 1] & 0x7f);
            if (end - at < head) {
                return at;
            }
            int length = payloadBytes(at, head);
            if (end - at - head < length) {
                return at;
            }
            frame(peer, bytes[at], at + head, at + head + length);
            at += head + length;
        }
        return peer.isOver() ? end : at;
    }

    private static int headBytes(int shortLength) {
        return shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
    }

    private int payloadBytes(int at, int head) {
        if (head == 2) {
            return bytes[at + 1] & 0x7f;
        }
        long length = 0;
        for (int i = at + 2; i < at + head; i++) {
            length = (length << Byte.SIZE) | (bytes[i] & 0xff);
        }
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new BadMessageException("a frame of more than 16 MiB");
        }
        return (int) length;
    }

    private void frame(Peer peer, byte first, int from, int to) {
        switch (first & 0xff) {
            case 0x80 | ClientFrame.TEXT, 0x80 | ClientFrame.BINARY ->
                    wire.split(bytes, from, to, peer);
            case 0x80 | ClientFrame.PING -> peer.pong(Arrays.copyOfRange(bytes, from, to));
            case 0x80 | ClientFrame.CLOSE -> peer.closing(closeCode(from, to));
            case 0x80 | ClientFrame.PONG -> {}
            default -> throw new BadMessageException("a frame that is compressed or in parts");
        }
    }

    private int closeCode(int from, int to) {
        return to - from < 2 ? 1005 : ((bytes[from] & 0xff) << 8) | (bytes[from + 1] & 0xff);
    }
}
