package io.hawser.grid.event;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which events somebody wants: names of types, as in {@code node.failed}, or of groups, as in
 * {@code node}. Immutable.
 *
 * @param names none for all
 */
public record EventTypes(List<String> names) {
    /** All events. */
    public static final EventTypes ALL = new EventTypes(List.of());

    public EventTypes {
        names = List.copyOf(names);
    }

    /** True if it is one of them. */
    public boolean admit(Happening what) {
        return names.isEmpty() || names.stream().anyMatch(name -> covers(name, what.type()));
    }

    /** Names among them that no event has. */
    public List<String> unknown() {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeIf(name -> EventJson.types().stream().anyMatch(type -> covers(name, type)));
        return unknown;
    }

    private static boolean covers(String name, String type) {
        return type.equals(name) || type.startsWith(name + ".");
    }

    /** The types that there are, for people. */
    public static String known() {
        return String.join(", ", new TreeSet<>(EventJson.types()));
    }
}
