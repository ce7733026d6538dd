package io.hawser.grid.heartbeat;

/**
 * How a node sees another one. Immutable.
 *
 * @param kind what it makes of it
 * @param ageMs for {@link Kind#HEARD} how long ago it last heard it, milliseconds, else 0
 */
public record Sight(Kind kind, int ageMs) {
    /** Not heard yet, but that may still be. */
    public static final Sight AWAITED = new Sight(Kind.AWAITED, 0);

    /** Not heard for too long. */
    public static final Sight SILENT = new Sight(Kind.SILENT, 0);

    /** Said goodbye: nobody is to give it up because this node expects it no more. */
    public static final Sight LEFT = new Sight(Kind.LEFT, 0);

    /** What one node makes of another one. */
    public enum Kind {
        AWAITED,
        HEARD,
        SILENT,
        LEFT
    }

    public Sight {
        if (ageMs < 0) {
            throw new IllegalArgumentException("age " + ageMs + " ms");
        }
    }

    /** Heard so long ago. */
    public static Sight heard(long ageMs) {
        return new Sight(Kind.HEARD, Math.clamp(ageMs, 0, Integer.MAX_VALUE));
    }
}
