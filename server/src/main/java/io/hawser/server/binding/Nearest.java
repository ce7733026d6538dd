package io.hawser.server.binding;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known name that an unknown one was probably meant to be. Stateless. */
public final class Nearest {
    /** Shorter parts are found in too many names. */
    private static final int MIN_PART = 3;

    private Nearest() {}

    /**
     * The known name at the smallest distance. A name that is part of a longer one in its section
     * is near ({@code client.ping} to {@code client.ping_interval}), and so is one that only its
     * section tells apart ({@code port} to {@code node.port}).
     *
     * @param known at least one name
     */
    static String of(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    private static int distance(String name, String candidate) {
        String last = lastPart(name);
        if (last.length() >= MIN_PART && section(name).equals(section(candidate))) {
            if (lastPart(candidate).contains(last)) {
                return 1;
            }
        }
        boolean moved = edits(last, lastPart(candidate)) <= 1;
        return Math.min(edits(name, candidate), moved ? 2 : Integer.MAX_VALUE);
    }

    private static String section(String path) {
        return path.substring(0, path.lastIndexOf('.') + 1);
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Edit distance in which two swapped neighbours are one edit (optimal string alignment). */
    static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = cell(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cell(int[][] cost, String a, String b, int i, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
