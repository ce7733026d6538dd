package io.hawser.server.delta;

import static io.hawser.server.delta.BlockIndex.BLOCK;

import java.util.Arrays;

/**
 * Finds what a target has in common with its source. The start and the end that both share need no
 * search and are most of what successive publications have in common; blocks of the source are
 * searched for only in between. Used once, by one thread.
 */
final class DeltaEncoder {
    /** Bytes of a character in UTF-8 after its first. */
    private static final int MAX_CONTINUATION = 3;

    private final byte[] source;
    private final byte[] target;
    private final DeltaWriter out;

    /** The best copy at the place last searched. */
    private int copyOffset;

    private int copyStart;
    private int copyEnd;

    DeltaEncoder(byte[] source, byte[] target) {
        this.source = source;
        this.target = target;
        this.out = new DeltaWriter(target);
    }

    byte[] encode() {
        int start = endOfSharedStart();
        int end = startOfSharedEnd(start);
        out.copy(0, start);
        if (end - start >= BLOCK && source.length >= BLOCK) {
            search(start, end);
        } else {
            out.insert(start, end);
        }
        out.copy(source.length - (target.length - end), target.length - end);
        return out.finish();
    }

    private int endOfSharedStart() {
        int shared = Arrays.mismatch(source, target);
        int end = characterAtOrBefore(shared < 0 ? target.length : shared);
        return out.pays(0, end) ? end : 0;
    }

    private int startOfSharedEnd(int start) {
        int from = target.length;
        for (int at = source.length;
                from > start && at > 0 && source[at - 1] == target[from - 1]; ) {
            from--;
            at--;
        }
        from = characterAtOrAfter(from, target.length);
        int count = target.length - from;
        return out.pays(source.length - count, count) ? from : target.length;
    }

    /** Writes the target from {@code start} to before {@code end}. */
    private void search(int start, int end) {
        BlockIndex index = new BlockIndex(source);
        int last = end - BLOCK;
        int written = start;
        int at = start;
        int hash = BlockIndex.hash(target, at);
        while (at <= last) {
            if (find(index, hash, at, written, end)) {
                out.insert(written, copyStart);
                out.copy(copyOffset, copyEnd - copyStart);
                written = copyEnd;
                at = copyEnd;
                hash = at <= last ? BlockIndex.hash(target, at) : 0;
            } else {
                hash = at < last ? BlockIndex.roll(hash, target[at], target[at + BLOCK]) : 0;
                at++;
            }
        }
        out.insert(written, end);
    }

    /** Looks for the longest copy around {@code at}, within {@code from} and {@code end}. */
    private boolean find(BlockIndex index, int hash, int at, int from, int end) {
        int longest = 0;
        int block = index.candidate(hash);
        for (int tried = 0; block >= 0 && tried < BlockIndex.MAX_CANDIDATES; tried++) {
            int offset = index.offset(block);
            int stop = characterAtOrBefore(at + shared(offset, at, end));
            if (stop >= at + BLOCK - MAX_CONTINUATION) {
                int start = characterAtOrAfter(at - sharedBefore(offset, at, from), stop);
                int count = stop - start;
                if (count > longest && out.pays(offset - at + start, count)) {
                    longest = count;
                    copyOffset = offset - at + start;
                    copyStart = start;
                    copyEnd = stop;
                }
                if (stop == end) {
                    break;
                }
            }
            block = index.after(block);
        }
        return longest > 0;
    }

    /** How many bytes from {@code offset} of the source are those from {@code at} of the target. */
    private int shared(int offset, int at, int end) {
        int mismatch = Arrays.mismatch(source, offset, source.length, target, at, end);
        return mismatch < 0 ? end - at : mismatch;
    }

    /** The same, of the bytes before both. */
    private int sharedBefore(int offset, int at, int from) {
        int most = Math.min(offset, at - from);
        int count = 0;
        while (count < most && source[offset - count - 1] == target[at - count - 1]) {
            count++;
        }
        return count;
    }

    /** Where the character of this place starts; the place itself if the target is no UTF-8. */
    private int characterAtOrBefore(int place) {
        int at = place;
        while (at > 0 && place - at < MAX_CONTINUATION && isInsideCharacter(at)) {
            at--;
        }
        return isInsideCharacter(at) ? place : at;
    }

    /** Where the next character starts; the place itself if the target is no UTF-8. */
    private int characterAtOrAfter(int place, int end) {
        int at = place;
        while (at < end && at - place < MAX_CONTINUATION && isInsideCharacter(at)) {
            at++;
        }
        return isInsideCharacter(at) ? place : at;
    }

    private boolean isInsideCharacter(int place) {
        return place < target.length && (target[place] & 0xC0) == 0x80;
    }
}
