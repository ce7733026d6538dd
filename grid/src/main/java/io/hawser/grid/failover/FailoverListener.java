package io.hawser.grid.failover;

/** Told of failovers that this node has carried out. */
@FunctionalInterface
public interface FailoverListener {
    /**
     * A failover is over, well or not. Called once for each life of a node that was lost, and again
     * if it failed at first and was done later. On the failover's thread; must not block.
     */
    void done(FailoverRecord record);
}
