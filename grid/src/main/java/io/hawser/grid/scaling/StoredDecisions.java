package io.hawser.grid.scaling;

/**
 * The last decisions as the grid keeps them. Immutable but for the array, which nobody writes to.
 *
 * @param number of the newest
 * @param json newest first
 */
@SuppressWarnings("ArrayRecordComponent") // Hazelcast stores arrays as they are, lists not
record StoredDecisions(long number, String[] json) {
    /** Decisions that are kept. */
    private static final int MAX = 32;

    static StoredDecisions of(long number, String json) {
        return new StoredDecisions(number, new String[] {json});
    }

    StoredDecisions with(long newest, String newestJson) {
        int kept = Math.min(MAX - 1, json.length);
        String[] all = new String[kept + 1];
        all[0] = newestJson;
        System.arraycopy(json, 0, all, 1, kept);
        return new StoredDecisions(newest, all);
    }
}
