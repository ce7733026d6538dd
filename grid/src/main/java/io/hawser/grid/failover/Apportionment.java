package io.hawser.grid.failover;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides a whole number in proportion to others, by the largest remainders (Hamilton). */
final class Apportionment {
    private Apportionment() {}

    /**
     * One number for each weight, in the same order. They add up to {@code total}; none is above
     * its weight if {@code total} is not above the sum of the weights. Equal remainders are served
     * in order.
     *
     * @param total 0 or more
     * @param weights each 0 or more; with a sum of 0 nobody gets anything
     */
    static int[] of(int total, long[] weights) {
        int[] shares = new int[weights.length];
        long sum = IntStream.range(0, weights.length).mapToLong(i -> weights[i]).sum();
        if (sum == 0) {
            return shares;
        }
        long[] remainders = new long[weights.length];
        int left = total;
        for (int i = 0; i < weights.length; i++) {
            long exact = total * weights[i];
            shares[i] = Math.toIntExact(exact / sum);
            remainders[i] = exact % sum;
            left -= shares[i];
        }
        IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> -remainders[i]))
                .limit(left)
                .forEach(i -> shares[i]++);
        return shares;
    }
}
