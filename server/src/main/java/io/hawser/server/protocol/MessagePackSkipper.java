package io.hawser.server.protocol;

import org.msgpack.core.MessageUnpacker;

import java.io.IOException;

/**
 * Passes over MessagePack values that nobody asked for, without recursion. The unpacker's own
 * skipValue is not used: its counter and its lengths overflow. For one thread.
 */
final class MessagePackSkipper {
    /** As deep as the deepest filter: a map and an array a level. */
    static final int MAX_DEPTH = 2 * FilterNode.MAX_DEPTH;

    private final MessageUnpacker in;
    private final int size;

    MessagePackSkipper(MessageUnpacker in, int size) {
        this.in = in;
        this.size = size;
    }

    /** Passes over the next value and all that is in it. */
    void skip() throws IOException, BadFrameException {
        long children = head();
        if (children > 0) {
            contents(children);
        }
    }

    /** {@code children} are the values in the outermost container, already entered. */
    private void contents(long children) throws IOException, BadFrameException {
        long[] left = new long[MAX_DEPTH];
        left[0] = children;
        int depth = 1;
        while (depth > 0) {
            if (left[depth - 1]-- == 0) {
                depth--;
                continue;
            }
            long inner = head();
            if (inner > 0) {
                if (depth == MAX_DEPTH) {
                    throw new BadFrameException("a value that is too deep");
                }
                left[depth++] = inner;
            }
        }
    }

    /** Passes over one value up to its children and returns how many of them there are. */
    private long head() throws IOException, BadFrameException {
        return switch (in.getNextFormat().getValueType()) {
            case NIL -> {
                in.unpackNil();
                yield 0;
            }
            case BOOLEAN -> {
                in.unpackBoolean();
                yield 0;
            }
            case INTEGER -> {
                in.unpackBigInteger();
                yield 0;
            }
            case FLOAT -> {
                in.unpackDouble();
                yield 0;
            }
            case STRING -> pass(in.unpackRawStringHeader());
            case BINARY -> pass(in.unpackBinaryHeader());
            case EXTENSION -> pass(in.unpackExtensionTypeHeader().getLength());
            case ARRAY -> atLeast(in.unpackArrayHeader());
            case MAP -> atLeast(2L * in.unpackMapHeader());
        };
    }

    private long pass(int bytes) throws IOException, BadFrameException {
        MessagePackLength.require(bytes, in, size);
        in.readPayloadAsReference(bytes);
        return 0;
    }

    private long atLeast(long values) throws BadFrameException {
        MessagePackLength.require(values, in, size);
        return values;
    }
}
