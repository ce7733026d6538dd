package io.hawser.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a source says, before anything is known about its keys. Immutable. */
sealed interface Input {
    /** Where it was given. */
    Place place();

    /** One piece of text, whatever it stands for. */
    record Text(Place place, String text) implements Input {}

    /** A key without a value. */
    record Nothing(Place place) implements Input {}

    /** What could not be read, and has been reported. */
    record Unreadable(Place place) implements Input {}

    /** A list. */
    record Items(Place place, List<Input> items) implements Input {
        public Items {
            items = List.copyOf(items);
        }
    }

    /**
     * Keys with values.
     *
     * @param entries in the order of the source
     */
    record Keys(Place place, Map<String, Entry> entries) implements Input {
        static Keys none(String source) {
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
    record Entry(Place keyPlace, Input value) {}

    /** Both, {@code upper} winning key by key; lists are replaced as a whole. */
    static Input merge(Input lower, Input upper) {
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
