package io.hawser.grid.metrics;

/** Holds 30 MiB, makes so much garbage that young collections happen, and says what it sees. */
final class HeldHeapMain {
    private static final int CHUNKS = 3 << 10;
    private static final int CHUNK_BYTES = 10 << 10;

    private HeldHeapMain() {}

    public static void main(String[] args) {
        byte[][] held = new byte[CHUNKS][];
        long touched = 0;
        for (int i = 0; i < 10 * CHUNKS; i++) {
            byte[] chunk = new byte[CHUNK_BYTES];
            held[Math.min(i, CHUNKS - 1)] = chunk;
            touched += chunk.length;
        }
        System.out.println(new SystemLoad().memory() + " " + held.length + " " + touched);
    }
}
