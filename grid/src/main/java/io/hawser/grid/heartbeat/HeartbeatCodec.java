package io.hawser.grid.heartbeat;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Heartbeats as datagrams: version (1 byte), flags (1 byte: 1 = quorum, 2 = probe), sender,
 * sequence (8 bytes), number of sights (2 bytes), each a life, kind (1 byte) and age in ms (4
 * bytes), length of the rider (2 bytes) and the rider, then the first 16 bytes of an HMAC-SHA256
 * (RFC 2104) over all before. A life is an incarnation (8 bytes), a length (1 byte) and that many
 * bytes of UTF-8.
 *
 * <p>Who does not have the key can neither make nor change one. Replays are recognised by {@link
 * FailureDetector}. For one thread.
 */
public final class HeartbeatCodec {
    /** Whatever is longer is none, and is not sent. Some 400 nodes with usual names fit. */
    public static final int MAX_BYTES = 16_384;

    /** Room for figures that ride along. */
    public static final int MAX_RIDER_BYTES = 256;

    private static final byte VERSION = 1;
    private static final int QUORUM = 1;
    private static final int PROBE = 2;
    private static final int MAC_BYTES = 16;
    private static final int MAX_NAME_BYTES = 255;

    private final Mac mac;

    /**
     * @param key shared by all nodes of the cluster
     */
    public HeartbeatCodec(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    /**
     * The signed datagram.
     *
     * @throws IllegalArgumentException if it is longer than a datagram may be
     */
    public byte[] encode(Heartbeat heartbeat) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        try {
            int flags = (heartbeat.quorum() ? QUORUM : 0) | (heartbeat.probe() ? PROBE : 0);
            out.put(VERSION).put((byte) flags);
            put(out, heartbeat.sender());
            out.putLong(heartbeat.sequence()).putShort((short) heartbeat.sights().size());
            heartbeat.sights().forEach((life, sight) -> put(put(out, life), sight));
            out.putShort((short) heartbeat.givenUp().size());
            heartbeat.givenUp().forEach(life -> put(out, life));
            ByteBuffer rider = heartbeat.rider().duplicate();
            if (rider.remaining() > MAX_RIDER_BYTES) {
                throw new IllegalArgumentException("a rider of " + rider.remaining() + " bytes");
            }
            out.putShort((short) rider.remaining()).put(rider);
            mac.update(out.array(), 0, out.position());
            out.put(mac.doFinal(), 0, MAC_BYTES);
        } catch (BufferOverflowException e) {
            throw new IllegalArgumentException("a heartbeat beyond " + MAX_BYTES + " bytes", e);
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer put(ByteBuffer out, Life life) {
        byte[] name = life.node().getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a node id of " + name.length + " bytes");
        }
        return out.putLong(life.incarnation()).put((byte) name.length).put(name);
    }

    private static void put(ByteBuffer out, Sight sight) {
        byte kind =
                switch (sight.kind()) {
                    case AWAITED -> 0;
                    case HEARD -> 1;
                    case SILENT -> 2;
                    case LEFT -> 3;
                };
        out.put(kind).putInt(sight.ageMs());
    }

    /**
     * What a datagram says, if it was made with the key.
     *
     * @throws BadHeartbeatException if it was not made with the key, or is none
     */
    public Heartbeat decode(ByteBuffer datagram) throws BadHeartbeatException {
        int length = datagram.remaining() - MAC_BYTES;
        if (length < 0) {
            throw new BadHeartbeatException("too short");
        }
        ByteBuffer in = datagram.slice(datagram.position(), length);
        byte[] sent = new byte[MAC_BYTES];
        datagram.get(datagram.position() + length, sent);
        mac.update(in.duplicate());
        byte[] right = mac.doFinal();
        if (!MessageDigest.isEqual(sent, Arrays.copyOf(right, MAC_BYTES))) {
            throw new BadHeartbeatException("not signed with the cluster's secret");
        }
        try {
            return read(in);
        } catch (BufferUnderflowException | CharacterCodingException e) {
            throw new BadHeartbeatException("breaks off or garbled", e);
        }
    }

    private static Heartbeat read(ByteBuffer in)
            throws BadHeartbeatException, CharacterCodingException {
        byte version = in.get();
        if (version != VERSION) {
            throw new BadHeartbeatException("version " + version);
        }
        byte flags = in.get();
        Life sender = readLife(in);
        long sequence = in.getLong();
        int count = Short.toUnsignedInt(in.getShort());
        Map<Life, Sight> sights = new HashMap<>();
        for (int i = 0; i < count; i++) {
            sights.put(readLife(in), readSight(in));
        }
        Set<Life> givenUp = new HashSet<>();
        int lives = Short.toUnsignedInt(in.getShort());
        for (int i = 0; i < lives; i++) {
            givenUp.add(readLife(in));
        }
        int riderBytes = Short.toUnsignedInt(in.getShort());
        if (riderBytes != in.remaining()) {
            throw new BadHeartbeatException("wrong length");
        }
        byte[] rider = new byte[riderBytes];
        in.get(rider);
        return new Heartbeat(
                sender,
                sequence,
                (flags & QUORUM) != 0,
                (flags & PROBE) != 0,
                sights,
                givenUp,
                ByteBuffer.wrap(rider));
    }

    private static Life readLife(ByteBuffer in) throws CharacterCodingException {
        long incarnation = in.getLong();
        int bytes = Byte.toUnsignedInt(in.get());
        if (bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer name = in.slice(in.position(), bytes);
        in.position(in.position() + bytes);
        return new Life(StandardCharsets.UTF_8.newDecoder().decode(name).toString(), incarnation);
    }

    private static Sight readSight(ByteBuffer in) throws BadHeartbeatException {
        byte kind = in.get();
        int ageMs = in.getInt();
        return switch (kind) {
            case 0 -> Sight.AWAITED;
            case 1 -> Sight.heard(ageMs);
            case 2 -> Sight.SILENT;
            case 3 -> Sight.LEFT;
            default -> throw new BadHeartbeatException("sight " + kind);
        };
    }
}
