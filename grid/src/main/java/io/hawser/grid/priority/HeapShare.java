package io.hawser.grid.priority;

/** What may wait in memory, as a share of it. */
public final class HeapShare {
    private HeapShare() {}

    /**
     * So many bytes are one of {@code parts} of the heap at its largest.
     *
     * @param parts at least 1
     */
    public static long of(int parts) {
        return Runtime.getRuntime().maxMemory() / parts;
    }
}
