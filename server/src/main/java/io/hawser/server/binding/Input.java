package io.hawser.server.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a source says, before anything is known about its keys. Immutable. */
public sealed interface Input {
    /** Where it was given. */
    public Place place();

    /** One piece of text, whatever it stands for. */
    public record Text(Place place, String text) implements Input {}

    /** A key without a value. */
    public record Nothing(Place place) implements Input {}

    /** What could not be read, and has been reported. */
    public record Unreadable(Place place) implements Input {}

    /** A list. */
    public record Items(Place place, List<Input> items) implements Input {
        public Items {
            items = List.copyOf(items);
        }
    }

    /**
     * Keys with values.
     *
     * @param entries in the order of the source
     */
    public record Keys(Place place, Map<String, Entry> entries) implements Input {
        /** Nothing is said. */
        public static Keys none(String source) {
            return new Keys(Place.of(source), Map.of());
        }

        /**
         * The same with {@code value} at a path of keys; what is there already is merged with it.
         */
        Keys with(List<String> path, Input value) {
            Input below = value;
            for (String name : path.reversed()) {
                below = new Keys(value.place(), Map.of(name, new Entry(value.place(), below)));
            }
            return (Keys) merge(this, below);
        }
    }

    /**
     * A key's value.
     *
     * @param keyPlace where the key's name stands
     */
    public record Entry(Place keyPlace, Input value) {}

    /** Both, {@code upper} winning key by key; lists are replaced as a whole. */
    public static Input merge(Input lower, Input upper) {
        if (!(lower instanceof Keys below) || !(upper instanceof Keys above)) {
            return lower instanceof Keys && upper instanceof Nothing ? lower : upper;
        }
        Map<String, Entry> merged = new LinkedHashMap<>(below.entries());
        above.entries()
                .forEach(
                        (name, entry) ->
                                merged.merge(
                                        name,
                                        entry,
                                        (old, fresh) ->
                                                new Entry(
                                                        fresh.keyPlace(),
                                                        merge(old.value(), fresh.value()))));
        return new Keys(above.place(), merged);
    }
}
