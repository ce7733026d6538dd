package io.hawser.devkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A host that programs run on: this machine as it is, or one of a {@link NetworkLab} with a network
 * of its own. Immutable, thread-safe.
 */
public final class NetworkHost {
    private static final NetworkHost LOCAL = new NetworkHost("local", "127.0.0.1", List.of());

    private final String name;
    private final String address;
    private final List<String> prefix;

    NetworkHost(String name, String address, List<String> prefix) {
        this.name = name;
        this.address = address;
        this.prefix = List.copyOf(prefix);
    }

    /** This machine, at 127.0.0.1. */
    public static NetworkHost local() {
        return LOCAL;
    }

    /** What messages call it. */
    public String name() {
        return name;
    }

    /** The address that programs on it listen on, IPv4. */
    public String address() {
        return address;
    }

    /** The command that runs this command there; the process is the program's own. */
    public List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
