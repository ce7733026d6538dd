package io.hawser.grid.heartbeat;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A {@link StoreView} as text: {@code sequence;quorum (0 or 1);node#incarnation;expected;given up},
 * the last two lists of {@code node#incarnation,…}. Node ids hold none of {@code ;#,}.
 */
final class ViewText {
    private static final int PARTS = 5;

    private ViewText() {}

    static String of(StoreView view) {
        return view.sequence()
                + ";"
                + (view.quorum() ? 1 : 0)
                + ";"
                + view.node()
                + ";"
                + text(view.expected())
                + ";"
                + text(view.givenUp());
    }

    /** A division: {@code side;others}. */
    static String of(Division division) {
        return text(new TreeSet<>(division.side())) + ";" + text(new TreeSet<>(division.others()));
    }

    /** Null if it is none. */
    static @Nullable Division division(String text) {
        String[] parts = text.split(";", -1);
        try {
            return parts.length == 2 ? new Division(lives(parts[0]), lives(parts[1])) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String text(Set<Life> lives) {
        return lives.stream().map(Life::toString).collect(Collectors.joining(","));
    }

    /** Null if it is none: some other version's, perhaps. */
    static @Nullable StoreView parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != PARTS) {
            return null;
        }
        try {
            return new StoreView(
                    life(parts[2]),
                    Long.parseLong(parts[0]),
                    parts[1].equals("1"),
                    lives(parts[3]),
                    lives(parts[4]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Set<Life> lives(String text) {
        Set<Life> lives = new TreeSet<>();
        if (!text.isEmpty()) {
            for (String life : text.split(",", -1)) {
                lives.add(life(life));
            }
        }
        return lives;
    }

    private static Life life(String text) {
        int hash = text.lastIndexOf('#');
        if (hash < 1) {
            throw new IllegalArgumentException("not a life: " + text);
        }
        return new Life(text.substring(0, hash), Long.parseLong(text.substring(hash + 1)));
    }
}
