package io.hawser.grid.bus;

import io.hawser.grid.priority.Priority;
import io.hawser.grid.pubsub.ClientInfo;
import io.hawser.grid.pubsub.Payload;
import io.hawser.grid.pubsub.PresenceEvent;
import io.hawser.grid.pubsub.Publication;
import io.hawser.grid.pubsub.PublishLimits;
import io.hawser.grid.pubsub.StreamPosition;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What travels over the bus and lies in streams.
 *
 * <p>A message of the bus is {@code <epoch> ':' <offset in decimal> ':' <body>}, so that a script
 * can put the position in front; without a position it is {@code :0:<body>}. A stream entry is the
 * body alone: its id is the offset.
 *
 * <p>A body is: version (1 byte, now 1), kind (1 byte), flags (1 byte: 1 = has client info, 2 = has
 * tags, 4 = has a priority, 8 = has an id, 128 = what follows is compressed, see {@link
 * BusCompression}), if flagged an id (8; never compressed, for {@code history.lua} cuts it out),
 * then by kind:
 *
 * <ul>
 *   <li>publication: time in ms (8), each if flagged info, tags and priority (1 byte: 0 = high, 1 =
 *       normal, 2 = low), data to the end
 *   <li>join, leave: info
 *   <li>control: data to the end
 *   <li>renewed: nothing
 *   <li>batch: bodies of publications, each with its length in front; no flags. Their offsets rise
 *       by one from the message's. Only on the bus; nodes from before it pass over it as over any
 *       kind that they do not know, and find those with an offset in the stream
 * </ul>
 *
 * Info is user, client, connInfo, chanInfo; tags are their number (2) and pairs. Each string
 * (UTF-8) and payload has its length in front (4). All numbers are big-endian.
 *
 * <p>Stateless, thread-safe.
 */
final class BusFrame {
    static final byte VERSION = 1;
    private static final byte PUBLICATION = 1;
    private static final byte JOIN = 2;
    private static final byte LEAVE = 3;
    private static final byte CONTROL = 4;
    private static final byte RENEWED = 5;
    private static final byte BATCH = 6;
    private static final int HAS_INFO = 1;
    private static final int HAS_TAGS = 2;
    private static final int HAS_PRIORITY = 4;
    private static final int HAS_ID = 8;
    private static final int COMPRESSED = 128;
    private static final int FLAGS_AT = 2;
    private static final int HEADER_BYTES = 3;

    /** Publications in a batch at most. */
    static final int MAX_BATCH = PublishLimits.MAX_BATCH;

    /** Enough digits for any offset. */
    private static final int MAX_OFFSET_DIGITS = 19;

    /** In front of a body that has no position. */
    static final byte[] NO_POSITION = {':', '0', ':'};

    private BusFrame() {}

    /** What a body holds. */
    sealed interface Body {
        record Message(Publication publication) implements Body {}

        record Presence(PresenceEvent event) implements Body {}

        record Control(Payload command) implements Body {}

        /** The channel's stream has a new epoch. */
        record Renewed() implements Body {}

        /** Publications of one channel, in their order; at least one. */
        record Batch(List<Publication> publications) implements Body {}
    }

    /** A message of the bus; the position is {@link StreamPosition#NONE} if it has none. */
    record Placed(StreamPosition position, Body body) {}

    static byte[] encode(Publication publication) {
        ClientInfo info = publication.info();
        Priority priority = publication.priority();
        int flags =
                (info == null ? 0 : HAS_INFO)
                        | (publication.tags().isEmpty() ? 0 : HAS_TAGS)
                        | (priority == null ? 0 : HAS_PRIORITY)
                        | (publication.id() == 0 ? 0 : HAS_ID);
        BusWriter out = new BusWriter(expectedBytes(publication));
        header(out, PUBLICATION, flags);
        if (publication.id() != 0) {
            out.putLong(publication.id());
        }
        out.putLong(publication.timeMs());
        if (info != null) {
            putInfo(out, info);
        }
        if (!publication.tags().isEmpty()) {
            putTags(out, publication.tags());
        }
        if (priority != null) {
            out.putByte(number(priority));
        }
        return out.putRaw(publication.data().bytes()).toBytes();
    }

    /** How long a body is if all texts are ASCII. */
    private static int expectedBytes(Publication publication) {
        int bytes = HEADER_BYTES + Long.BYTES + publication.data().size();
        bytes += publication.id() == 0 ? 0 : Long.BYTES;
        bytes += publication.priority() == null ? 0 : 1;
        ClientInfo info = publication.info();
        if (info != null) {
            bytes += 4 * Integer.BYTES + info.user().length() + info.client().length();
            bytes += info.connInfo().size() + info.chanInfo().size();
        }
        if (!publication.tags().isEmpty()) {
            bytes += Short.BYTES;
            for (Map.Entry<String, String> tag : publication.tags().entrySet()) {
                bytes += 2 * Integer.BYTES + tag.getKey().length() + tag.getValue().length();
            }
        }
        return bytes;
    }

    static byte[] encode(PresenceEvent event) {
        byte kind =
                switch (event) {
                    case PresenceEvent.Join join -> JOIN;
                    case PresenceEvent.Leave leave -> LEAVE;
                };
        BusWriter out = new BusWriter(256);
        putInfo(header(out, kind, 0), event.info());
        return out.toBytes();
    }

    static byte[] encodeControl(Payload command) {
        return header(new BusWriter(8 + command.size()), CONTROL, 0)
                .putRaw(command.bytes())
                .toBytes();
    }

    /**
     * The body, compressed if it is longer than that and the compressed one is shorter.
     *
     * @param above bytes; 0 for never
     */
    static byte[] compact(byte[] body, int above) {
        return above > 0 && body.length > above ? compressed(body) : body;
    }

    /**
     * The body with what follows its header and its id compressed, or as it is if that is not
     * shorter. What scripts read must stand before that.
     */
    static byte[] compressed(byte[] body) {
        int plain = HEADER_BYTES + ((body[FLAGS_AT] & HAS_ID) == 0 ? 0 : Long.BYTES);
        byte[] rest = BusCompression.compress(body, plain);
        if (rest == null) {
            return body;
        }
        return new BusWriter(plain + rest.length)
                .putByte(body[0])
                .putByte(body[1])
                .putByte((byte) (body[FLAGS_AT] | COMPRESSED))
                .putRaw(Arrays.copyOfRange(body, HEADER_BYTES, plain))
                .putRaw(rest)
                .toBytes();
    }

    /** An id as it stands in a body. */
    static byte[] idBytes(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    /** The id of such bytes; 0 if there are none. */
    static long idOf(byte[] bytes) {
        return bytes.length < Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    /** The id of a publication in its body; 0 if it has none. */
    static long idOfBody(byte[] body) {
        boolean has = body.length >= HEADER_BYTES + Long.BYTES && (body[FLAGS_AT] & HAS_ID) != 0;
        return has ? ByteBuffer.wrap(body, HEADER_BYTES, Long.BYTES).getLong() : 0;
    }

    static byte[] encodeRenewed() {
        return header(new BusWriter(3), RENEWED, 0).toBytes();
    }

    /**
     * One body of several publications; {@code publish_batch.lua} makes the same.
     *
     * @param bodies made by {@link #encode(Publication)}, compressed or not
     */
    static byte[] encodeBatch(List<byte[]> bodies) {
        int size = bodies.stream().mapToInt(body -> Integer.BYTES + body.length).sum();
        BusWriter out = header(new BusWriter(HEADER_BYTES + size), BATCH, 0);
        bodies.forEach(out::putSized);
        return out.toBytes();
    }

    /** A body made into a message without a position. */
    static byte[] unplaced(byte[] body) {
        return new BusWriter(body.length + 3).putRaw(NO_POSITION).putRaw(body).toBytes();
    }

    private static BusWriter header(BusWriter out, byte kind, int flags) {
        return out.putByte(VERSION).putByte(kind).putByte((byte) flags);
    }

    private static void putInfo(BusWriter out, ClientInfo info) {
        out.putText(info.user()).putText(info.client());
        out.putSized(info.connInfo().bytes()).putSized(info.chanInfo().bytes());
    }

    private static void putTags(BusWriter out, Map<String, String> tags) {
        if (tags.size() > Short.MAX_VALUE) {
            throw new IllegalArgumentException("more than " + Short.MAX_VALUE + " tags");
        }
        out.putShort((short) tags.size());
        tags.forEach((key, value) -> out.putText(key).putText(value));
    }

    /** Reads a message of the bus. */
    static Placed decodeMessage(byte[] message) {
        int first = indexOfColon(message, 0, message.length);
        int second = indexOfColon(message, first + 1, first + 2 + MAX_OFFSET_DIGITS);
        String epoch = new String(message, 0, first, StandardCharsets.UTF_8);
        long offset = parseOffset(message, first + 1, second);
        if (epoch.isEmpty() != (offset == 0)) {
            throw new BusFrameException("epoch without offset or offset without epoch");
        }
        StreamPosition position =
                epoch.isEmpty() ? StreamPosition.NONE : new StreamPosition(offset, epoch);
        return new Placed(position, decodeBody(message, second + 1, offset));
    }

    /** Reads the body of a stream entry; a publication gets {@code offset}. */
    static Body decodeBody(byte[] body, long offset) {
        return decodeBody(body, 0, offset);
    }

    private static int indexOfColon(byte[] bytes, int from, int to) {
        for (int i = from; i < Math.min(to, bytes.length); i++) {
            if (bytes[i] == ':') {
                return i;
            }
        }
        throw new BusFrameException("no position in front");
    }

    private static long parseOffset(byte[] bytes, int from, int to) {
        String digits = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        try {
            long offset = Long.parseLong(digits);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException e) {
            throw new BusFrameException("offset is not a number");
        }
        throw new BusFrameException("offset below 0");
    }

    private static Body decodeBody(byte[] bytes, int from, long offset) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new BusFrameException("version " + version);
            }
            byte kind = in.get();
            int flags = Byte.toUnsignedInt(in.get());
            if (kind == BATCH && flags == 0) {
                return new Body.Batch(getBatch(in, offset));
            }
            if ((flags & ~(HAS_INFO | HAS_TAGS | HAS_PRIORITY | HAS_ID | COMPRESSED)) != 0) {
                throw new BusFrameException("flags " + flags);
            }
            long id = (flags & HAS_ID) == 0 ? 0 : in.getLong();
            ByteBuffer rest = (flags & COMPRESSED) == 0 ? in : BusCompression.decompress(in);
            return switch (kind) {
                case PUBLICATION -> new Body.Message(getPublication(rest, flags, offset, id));
                case JOIN -> new Body.Presence(new PresenceEvent.Join(getInfo(rest)));
                case LEAVE -> new Body.Presence(new PresenceEvent.Leave(getInfo(rest)));
                case CONTROL -> new Body.Control(getRest(rest));
                case RENEWED -> new Body.Renewed();
                default -> throw new BusFrameException("kind " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new BusFrameException("cut short");
        }
    }

    private static Publication getPublication(ByteBuffer in, int flags, long offset, long id) {
        long timeMs = in.getLong();
        ClientInfo info = (flags & HAS_INFO) == 0 ? null : getInfo(in);
        Map<String, String> tags = (flags & HAS_TAGS) == 0 ? Map.of() : getTags(in);
        Priority priority = (flags & HAS_PRIORITY) == 0 ? null : getPriority(in);
        return new Publication(offset, getRest(in), info, tags, timeMs, priority, id);
    }

    private static List<Publication> getBatch(ByteBuffer in, long offset) {
        List<Publication> publications = new ArrayList<>();
        while (in.hasRemaining()) {
            long itsOffset = offset == 0 ? 0 : offset + publications.size();
            if (publications.size() == MAX_BATCH
                    || !(decodeBody(getSized(in), itsOffset) instanceof Body.Message message)) {
                throw new BusFrameException("a batch of too many, or not of publications");
            }
            publications.add(message.publication());
        }
        if (publications.isEmpty()) {
            throw new BusFrameException("a batch of nothing");
        }
        return publications;
    }

    private static byte number(Priority priority) {
        return switch (priority) {
            case HIGH -> 0;
            case NORMAL -> 1;
            case LOW -> 2;
        };
    }

    private static Priority getPriority(ByteBuffer in) {
        byte number = in.get();
        return switch (number) {
            case 0 -> Priority.HIGH;
            case 1 -> Priority.NORMAL;
            case 2 -> Priority.LOW;
            default -> throw new BusFrameException("priority " + number);
        };
    }

    private static ClientInfo getInfo(ByteBuffer in) {
        return new ClientInfo(
                getText(in), getText(in), Payload.of(getSized(in)), Payload.of(getSized(in)));
    }

    private static Map<String, String> getTags(ByteBuffer in) {
        int count = in.getShort();
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            tags.put(getText(in), getText(in));
        }
        return tags;
    }

    private static String getText(ByteBuffer in) {
        return new String(getSized(in), StandardCharsets.UTF_8);
    }

    private static byte[] getSized(ByteBuffer in) {
        int size = in.getInt();
        if (size < 0 || size > in.remaining()) {
            throw new BusFrameException("length " + size + " of " + in.remaining());
        }
        byte[] bytes = new byte[size];
        in.get(bytes);
        return bytes;
    }

    private static Payload getRest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return Payload.of(bytes);
    }
}
