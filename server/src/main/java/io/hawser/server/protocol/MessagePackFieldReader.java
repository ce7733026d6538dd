package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads MessagePack maps field by field. Every declared length is held against the bytes that are
 * left before anything is allocated or counted for it. A key that comes twice in a map is an error:
 * readers would differ in which they take. Exceptions of the unpacker (MessagePackException) pass
 * through. For one thread.
 */
final class MessagePackFieldReader implements NamedFieldReader {
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final MessageUnpacker in;
    private final int size;
    private final MessagePackSkipper skipper;
    private final Deque<Container> open = new ArrayDeque<>();

    MessagePackFieldReader(byte[] source) {
        in = MessagePack.newDefaultUnpacker(source);
        size = source.length;
        skipper = new MessagePackSkipper(in, size);
    }

    boolean atEnd() throws IOException {
        return !in.hasNext();
    }

    @Override
    public void startObject() throws IOException, BadFrameException {
        require(ValueType.MAP, "not a map");
        int entries = in.unpackMapHeader();
        MessagePackLength.require(2L * entries, in, size);
        open.push(new Container(entries));
    }

    @Override
    public @Nullable String nextField() throws IOException, BadFrameException {
        Container map = open.element();
        while (map.next()) {
            String name = text();
            map.requireNew(name);
            if (in.getNextFormat() != MessageFormat.NIL) {
                return name;
            }
            in.unpackNil();
        }
        open.pop();
        return null;
    }

    @Override
    public @Nullable String nextKey() throws IOException, BadFrameException {
        return nextField();
    }

    @Override
    public void startArray() throws IOException, BadFrameException {
        require(ValueType.ARRAY, "not an array");
        int elements = in.unpackArrayHeader();
        MessagePackLength.require(elements, in, size);
        open.push(new Container(elements));
    }

    @Override
    public boolean nextElement() {
        boolean there = open.element().next();
        if (!there) {
            open.pop();
        }
        return there;
    }

    @Override
    public void skip() throws IOException, BadFrameException {
        skipper.skip();
    }

    @Override
    public String text() throws IOException, BadFrameException {
        require(ValueType.STRING, "not a string");
        byte[] bytes = read(in.unpackRawStringHeader());
        if (!WellFormed.isUtf8(bytes)) {
            throw new BadFrameException("a string that is not UTF-8");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean bool() throws IOException, BadFrameException {
        require(ValueType.BOOLEAN, "not a boolean");
        return in.unpackBoolean();
    }

    @Override
    public Payload payload() throws IOException, BadFrameException {
        require(ValueType.BINARY, "data that is not binary");
        return Payload.of(read(in.unpackBinaryHeader()));
    }

    @Override
    public long int64() throws IOException, BadFrameException {
        require(ValueType.INTEGER, "not an integer");
        if (in.getNextFormat() != MessageFormat.UINT64) {
            return in.unpackLong();
        }
        BigInteger value = in.unpackBigInteger();
        if (value.compareTo(MAX_LONG) > 0) {
            throw new BadFrameException("not an int64");
        }
        return value.longValue();
    }

    @Override
    public long uint64() throws IOException, BadFrameException {
        require(ValueType.INTEGER, "not an integer");
        if (in.getNextFormat() == MessageFormat.UINT64) {
            return in.unpackBigInteger().min(MAX_LONG).longValue();
        }
        long value = in.unpackLong();
        if (value < 0) {
            throw new BadFrameException("not a uint64");
        }
        return value;
    }

    private byte[] read(int length) throws IOException, BadFrameException {
        MessagePackLength.require(length, in, size);
        return in.readPayload(length);
    }

    private void require(ValueType type, String problem) throws IOException, BadFrameException {
        if (in.getNextFormat().getValueType() != type) {
            throw new BadFrameException(problem);
        }
    }

    /** A map or an array that is being read. */
    private static final class Container {
        private final Set<String> names = new HashSet<>(8);
        private int left;

        Container(int left) {
            this.left = left;
        }

        boolean next() {
            return left-- > 0;
        }

        void requireNew(String name) throws BadFrameException {
            if (!names.add(name)) {
                throw new BadFrameException("a key that comes twice");
            }
        }
    }
}
