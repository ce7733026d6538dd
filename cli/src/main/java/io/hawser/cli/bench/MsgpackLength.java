package io.hawser.cli.bench;

/** How long MessagePack values are, and the integers among them. Stateless. */
final class MsgpackLength {
    /** Bytes behind the first one of types 0xc0 to 0xdf, lengths and values; -1: not used. */
    private static final int[] HEADS = {
        0, -1, 0, 0, 1, 2, 4, 2, 3, 5, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 1, 2, 4, 2, 4,
        2, 4
    };

    private MsgpackLength() {}

    /**
     * Where the value that begins at {@code from} ends.
     *
     * @throws BadMessageException if it does not end before {@code to}
     */
    static int skip(byte[] bytes, int from, int to) {
        long values = 1;
        int at = from;
        while (values > 0) {
            if (at >= to) {
                throw new BadMessageException("a value longer than its frame");
            }
            int type = bytes[at] & 0xff;
            values += children(bytes, at, to, type) - 1;
            long end = at + 1L + head(type) + text(bytes, at, to, type);
            if (end > to) {
                throw new BadMessageException("a value longer than its frame");
            }
            at = (int) end;
        }
        return at;
    }

    private static int head(int type) {
        if (type < 0xc0 || type >= 0xe0) {
            return 0;
        }
        int head = HEADS[type - 0xc0];
        if (head < 0) {
            throw new BadMessageException("a type that MessagePack does not have");
        }
        return head;
    }

    /** Bytes of a string, binary or extension behind its head. */
    private static long text(byte[] bytes, int at, int to, int type) {
        if (type >= 0xa0 && type < 0xc0) {
            return type & 0x1f;
        }
        return switch (type) {
            case 0xc4, 0xc7, 0xd9 -> number(bytes, at + 1, 1, to);
            case 0xc5, 0xc8, 0xda -> number(bytes, at + 1, 2, to);
            case 0xc6, 0xc9, 0xdb -> number(bytes, at + 1, 4, to);
            default -> 0;
        };
    }

    private static long children(byte[] bytes, int at, int to, int type) {
        if (type >= 0x80 && type < 0xa0) {
            return type < 0x90 ? 2 * (type & 0xf) : type & 0xf;
        }
        return switch (type) {
            case 0xdc -> number(bytes, at + 1, 2, to);
            case 0xdd -> number(bytes, at + 1, 4, to);
            case 0xde -> 2 * number(bytes, at + 1, 2, to);
            case 0xdf -> 2 * number(bytes, at + 1, 4, to);
            default -> 0;
        };
    }

    /** A positive integer; 0 if it is something else. */
    static int integer(byte[] bytes, int at, int to) {
        int type = at < to ? bytes[at] & 0xff : 0;
        return switch (type) {
            case 0xcc -> (int) number(bytes, at + 1, 1, to);
            case 0xcd -> (int) number(bytes, at + 1, 2, to);
            case 0xce -> (int) number(bytes, at + 1, 4, to);
            default -> type < 0x80 ? type : 0;
        };
    }

    private static long number(byte[] bytes, int at, int count, int to) {
        if (at + count > to) {
            throw new BadMessageException("a number longer than its frame");
        }
        long value = 0;
        for (int i = at; i < at + count; i++) {
            value = (value << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return value;
    }
}
