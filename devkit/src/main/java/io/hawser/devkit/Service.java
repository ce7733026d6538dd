package io.hawser.devkit;

import java.util.function.BooleanSupplier;

/**
 * A service that is started again and again on one port of 127.0.0.1, with one set of data. Not
 * thread-safe: its owner serialises the calls.
 */
sealed interface Service permits LocalService, DockerService {

    /** Starts it, and waits until the probe says that it answers. */
    void start(BooleanSupplier answers);

    /** Whether its process is there, suspended or not. */
    boolean isAlive();

    /** Stops it in order, or the hard way if it does not obey; does nothing when it is down. */
    void stop();

    /** Kills it as by kill -9. */
    void kill();

    /** Freezes it: its sockets stay open, but nothing answers. */
    void suspend();

    /** Undoes {@link #suspend()}. */
    void resume();

    /** Deletes its data; only while it is down. */
    void wipe();

    /** Stops it and removes all it left, but for a directory that the caller chose. */
    void remove();

    /** Host and port at which another service of the same source reaches it. */
    Address peerAddress();

    /** A host and a port. */
    record Address(String host, int port) {}
}
