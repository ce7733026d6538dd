package io.hawser.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.hawser.grid.pubsub.Payload;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import java.util.Locale;
import java.util.Map;

/** How records of this package look in JSON: snake case, nulls left out. Thread-safe. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .build();

    private Json() {}

    public static byte[] encode(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** Reads what {@link #encode} wrote on another node; unknown fields are ignored. */
    public static <T> T decode(Payload json, Class<T> type) {
        return MAPPER.readValue(json.bytes(), type);
    }

    /** The same, but whatever the type has must be there. */
    public static <T> T decodeWhole(Payload json, Class<T> type) {
        return MAPPER.readerFor(type)
                .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .readValue(json.bytes());
    }

    /** Reads a map of numbers that {@link #encode} wrote on another node. */
    public static Map<String, Integer> decodeCounts(Payload json) {
        return MAPPER.readValue(json.bytes(), new TypeReference<>() {});
    }

    /** As names of constants are written in JSON. */
    public static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
