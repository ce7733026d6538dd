package io.hawser.grid.presence;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Which users are in a channel on one node, small enough for the grid's map: hashes of all of them
 * up to {@value #EXACT}, beyond that a HyperLogLog of 4,096 registers. Sketches of several nodes
 * tell how many different users there are: exactly while all of them are lists of hashes, else with
 * a standard error of 1.6 %. Immutable by agreement: nobody writes into the arrays.
 *
 * <p>The estimator is that of O. Ertl, "New cardinality estimation algorithms for HyperLogLog
 * sketches" (2017), which needs no correction for small or large counts.
 *
 * @param hashes of all users; empty if there are registers
 * @param registers empty if there are hashes, or nobody
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record UserSketch(long[] hashes, byte[] registers) {
    /** Users that are told one by one; as many bytes as the registers are. */
    static final int EXACT = 512;

    static final UserSketch NOBODY = new UserSketch(new long[0], new byte[0]);

    private static final int INDEX_BITS = 12;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final int RANK_BITS = Long.SIZE - INDEX_BITS;

    /**
     * Of these users, which must be different ones. The collection may change meanwhile.
     *
     * @param users walked through once
     */
    static UserSketch of(Collection<String> users) {
        if (users.size() <= EXACT) {
            long[] hashes = users.stream().limit(EXACT).mapToLong(UserSketch::hash).toArray();
            return new UserSketch(hashes, NOBODY.registers);
        }
        byte[] registers = new byte[REGISTERS];
        users.forEach(user -> add(registers, hash(user)));
        return new UserSketch(NOBODY.hashes, registers);
    }

    /** True if every user is in it, and not only what is left of them in registers. */
    boolean isExact() {
        return registers.length == 0;
    }

    /** Different users in all of them. */
    static long distinct(List<UserSketch> sketches) {
        if (sketches.stream().allMatch(UserSketch::isExact)) {
            return sketches.stream()
                    .flatMapToLong(sketch -> Arrays.stream(sketch.hashes))
                    .distinct()
                    .count();
        }
        byte[] registers = new byte[REGISTERS];
        sketches.forEach(sketch -> sketch.addTo(registers));
        return Math.round(estimate(registers));
    }

    private void addTo(byte[] all) {
        for (long hash : hashes) {
            add(all, hash);
        }
        // A node of another version may have fewer of them: what it has counts.
        for (int i = 0; i < Math.min(registers.length, all.length); i++) {
            all[i] = (byte) Math.max(all[i], registers[i]);
        }
    }

    private static void add(byte[] registers, long hash) {
        int index = (int) (hash >>> RANK_BITS);
        int rank = Math.min(Long.numberOfLeadingZeros(hash << INDEX_BITS), RANK_BITS) + 1;
        registers[index] = (byte) Math.max(registers[index], rank);
    }

    /** FNV-1a over the characters, then the finalizer of MurmurHash3: the same on every node. */
    private static long hash(String user) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < user.length(); i++) {
            hash = (hash ^ user.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private static double estimate(byte[] registers) {
        int[] counts = new int[RANK_BITS + 2];
        for (byte rank : registers) {
            counts[rank]++;
        }
        double z = REGISTERS * tau(1 - counts[RANK_BITS + 1] / (double) REGISTERS);
        for (int rank = RANK_BITS; rank >= 1; rank--) {
            z = 0.5 * (z + counts[rank]);
        }
        z += REGISTERS * sigma(counts[0] / (double) REGISTERS);
        return REGISTERS / (2 * Math.log(2)) * REGISTERS / z;
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double y = 1;
        double z = share;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (z != before);
        return z;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double y = 1;
        double z = 1 - share;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (z != before);
        return z / 3;
    }
}
