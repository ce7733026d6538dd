package io.hawser.grid.stream;

import java.util.Arrays;

/**
 * Ids of the newest publications of one channel, which tell a publication that came twice from
 * another one under the same number. Not thread-safe.
 */
final class RecentIds {
    /** Each costs 8 bytes a channel; what is older is left to a read. */
    static final int COUNT = 16;

    private final long[] ids = new long[COUNT];
    private long last;

    /** Knows nothing but the publication at {@code offset}; its id is 0 if not even that. */
    void begin(long offset, long id) {
        Arrays.fill(ids, 0);
        add(offset, id);
    }

    /** The next one. */
    void add(long offset, long id) {
        last = offset;
        ids[index(offset)] = id;
    }

    /** 0 if not known. */
    long of(long offset) {
        return offset > last || offset <= last - COUNT || offset <= 0 ? 0 : ids[index(offset)];
    }

    /** True if another publication than this one was seen at {@code offset}. */
    boolean contradict(long offset, long id) {
        long known = of(offset);
        return known != 0 && id != 0 && known != id;
    }

    private static int index(long offset) {
        return (int) Math.floorMod(offset, (long) COUNT);
    }
}
