package io.hawser.cli.bench;

/** What one event loop's subscribers have received. Confined to the loop. */
final class Tally {
    private final BenchPlan plan;
    private final Window window;
    private final Board board;
    private final int receiver;
    final Marker marker = new Marker();
    final Latency latency = new Latency();

    long delivered;
    long inWindow;
    long bytesInWindow;
    long duplicates;
    long disordered;
    long misrouted;
    long foreign;
    long unmarked;

    /** When the read arrived that is being looked at. */
    private long nowNs;

    private boolean nowInWindow;

    Tally(BenchPlan plan, Window window, Board board, int receiver) {
        this.plan = plan;
        this.window = window;
        this.board = board;
        this.receiver = receiver;
    }

    BenchPlan plan() {
        return plan;
    }

    void readBegins() {
        nowNs = System.nanoTime();
        nowInWindow = window.contains(nowNs);
    }

    /** A first arrival. */
    void counts(int bytes) {
        delivered++;
        if (nowInWindow) {
            inWindow++;
            bytesInWindow += bytes;
        }
        long sentNs = marker.timeNs();
        if (window.contains(sentNs)) {
            latency.record(nowNs - sentNs);
        }
    }

    void unmarked(int bytes) {
        unmarked++;
        if (nowInWindow) {
            inWindow++;
            bytesInWindow += bytes;
        }
    }

    void readEnds() {
        board.delivered(receiver, delivered);
    }
}
