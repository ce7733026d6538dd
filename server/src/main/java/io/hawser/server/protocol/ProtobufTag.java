package io.hawser.server.protocol;

/** Protobuf wire types, the low three bits of a tag. */
final class ProtobufTag {
    static final int VARINT = 0;
    static final int LENGTH_DELIMITED = 2;

    private static final int TYPE_BITS = 3;

    private ProtobufTag() {}

    static int field(int tag) {
        return tag >>> TYPE_BITS;
    }

    static int wireType(int tag) {
        return tag & ((1 << TYPE_BITS) - 1);
    }
}
