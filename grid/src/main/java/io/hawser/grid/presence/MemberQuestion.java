package io.hawser.grid.presence;

import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What one node asks another: its members of a channel, behind a client id. The form is binary,
 * with a version first, since nodes of two versions run side by side. Immutable, thread-safe.
 *
 * @param after client id behind which the answer begins; empty for the first ones
 * @param limit members of the answer, at most; 1 or more
 */
record MemberQuestion(String channel, String after, int limit) {
    private static final int VERSION = 1;

    /** An answer ends earlier once it has so many bytes: members' data can be large. */
    private static final int MAX_BYTES = 1 << 20;

    MemberQuestion {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be 1 or more, is " + limit);
        }
    }

    Payload encode() {
        return written(
                out -> {
                    out.writeByte(VERSION);
                    put(out, channel.getBytes(StandardCharsets.UTF_8));
                    put(out, after.getBytes(StandardCharsets.UTF_8));
                    out.writeInt(limit);
                });
    }

    /**
     * @throws IllegalArgumentException if it is no such question, or of a version not known here
     */
    static MemberQuestion decode(Payload question) {
        return read(
                question,
                in -> {
                    checkVersion(in);
                    return new MemberQuestion(text(in), text(in), in.readInt());
                });
    }

    /**
     * The answer's bytes.
     *
     * @param behind members behind {@link #after}, in the order of client ids
     */
    Payload answer(Iterable<ClientInfo> behind) {
        return written(
                out -> {
                    out.writeByte(VERSION);
                    int count = 0;
                    Iterator<ClientInfo> rest = behind.iterator();
                    while (rest.hasNext() && count < limit && out.size() < MAX_BYTES) {
                        out.writeByte(1);
                        put(out, rest.next());
                        count++;
                    }
                    out.writeByte(0);
                    out.writeBoolean(rest.hasNext());
                });
    }

    /**
     * The members of an answer, and whether there are more.
     *
     * @throws IllegalArgumentException if it is no such answer, or of a version not known here
     */
    static MemberPage.OfNode decodeAnswer(String node, Payload answer) {
        return read(
                answer,
                in -> {
                    checkVersion(in);
                    List<ClientInfo> members = new ArrayList<>();
                    while (in.readByte() == 1) {
                        members.add(
                                new ClientInfo(
                                        text(in),
                                        text(in),
                                        Payload.of(bytes(in)),
                                        Payload.of(bytes(in))));
                    }
                    boolean more = in.readBoolean() && !members.isEmpty();
                    return new MemberPage.OfNode(node, members, more);
                });
    }

    private static void put(DataOutputStream out, ClientInfo info) throws IOException {
        put(out, info.user().getBytes(StandardCharsets.UTF_8));
        put(out, info.client().getBytes(StandardCharsets.UTF_8));
        put(out, info.connInfo().bytes());
        put(out, info.chanInfo().bytes());
    }

    private static void put(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " bytes, of " + in.available());
        }
        return in.readNBytes(length);
    }

    private static void checkVersion(DataInputStream in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("version " + version + ", known is " + VERSION);
        }
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static Payload written(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory does not fail", e);
        }
        return Payload.of(bytes.toByteArray());
    }

    private static <T> T read(Payload payload, Reading<T> reading) {
        try {
            return reading.from(new DataInputStream(new ByteArrayInputStream(payload.bytes())));
        } catch (IOException e) {
            throw new IllegalArgumentException("not understood: " + e.getMessage(), e);
        }
    }
}
