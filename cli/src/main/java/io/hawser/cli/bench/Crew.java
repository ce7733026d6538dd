package io.hawser.cli.bench;

/**
 * Who makes the load: this process or several others. The steps are called once each, in this
 * order, by one thread.
 */
interface Crew extends AutoCloseable {
    /**
     * Makes all connections.
     *
     * @return whether anybody answered
     */
    boolean connect() throws InterruptedException;

    /** Begins to publish and to measure, at that {@link System#nanoTime()}. */
    void start(long startNs);

    /** Waits for the end, until everything has arrived or nothing more does. */
    BenchResult finish() throws InterruptedException;

    /** Ends all connections. */
    @Override
    void close();
}
