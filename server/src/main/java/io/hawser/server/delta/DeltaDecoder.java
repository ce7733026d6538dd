package io.hawser.server.delta;

/** Follows the commands of a delta. Used once, by one thread. */
final class DeltaDecoder {
    private final byte[] source;
    private final byte[] delta;
    private int at;

    DeltaDecoder(byte[] source, byte[] delta) {
        this.source = source;
        this.delta = delta;
    }

    byte[] decode() throws BadDeltaException {
        int size = number();
        if (size < 0 || size > Math.min(FossilDelta.MAX_BYTES, possibleBytes())) {
            throw new BadDeltaException("a delta of too many bytes");
        }
        expect('\n');
        byte[] target = new byte[size];
        int filled = 0;
        while (true) {
            int count = number();
            switch (next()) {
                case '@' -> filled = copy(count, target, filled);
                case ':' -> filled = insert(count, target, filled);
                case ';' -> {
                    return finish(count, target, filled);
                }
                default -> throw new BadDeltaException("a delta with an unknown command");
            }
        }
    }

    /** What a delta of this length makes at most: a copy takes at least four bytes of it. */
    private long possibleBytes() {
        return delta.length + (long) (delta.length / 4) * source.length;
    }

    private int copy(int count, byte[] target, int filled) throws BadDeltaException {
        int offset = number();
        expect(',');
        return move(source, offset, count, target, filled);
    }

    private int insert(int count, byte[] target, int filled) throws BadDeltaException {
        int end = move(delta, at, count, target, filled);
        at += count;
        return end;
    }

    private static int move(byte[] from, int offset, int count, byte[] target, int filled)
            throws BadDeltaException {
        // Numbers from 2^31 on are negative here. Nothing is added before it is known to be small.
        if (offset < 0 || offset > from.length || count < 0 || count > from.length - offset) {
            throw new BadDeltaException("a delta that reads past an end");
        }
        if (count > target.length - filled) {
            throw new BadDeltaException("a delta that makes more than it says");
        }
        System.arraycopy(from, offset, target, filled, count);
        return filled + count;
    }

    private static byte[] finish(int checksum, byte[] target, int filled) throws BadDeltaException {
        if (filled != target.length) {
            throw new BadDeltaException("a delta that makes less than it says");
        }
        if (checksum != DeltaChecksum.of(target)) {
            throw new BadDeltaException("a delta of another source");
        }
        return target;
    }

    private int number() throws BadDeltaException {
        long number = 0;
        int start = at;
        while (at < delta.length && Digits.value(delta[at]) >= 0) {
            number = (number << Digits.BITS) + Digits.value(delta[at++]);
            if (number >> Integer.SIZE != 0) {
                throw new BadDeltaException("a delta with too large a number");
            }
        }
        if (at == start) {
            throw new BadDeltaException("a delta without a number");
        }
        return (int) number;
    }

    private void expect(char symbol) throws BadDeltaException {
        if (next() != symbol) {
            throw new BadDeltaException("a delta without its separator");
        }
    }

    private byte next() throws BadDeltaException {
        if (at == delta.length) {
            throw new BadDeltaException("a delta that ends early");
        }
        return delta[at++];
    }
}
