package io.hawser.server.api;

import io.hawser.server.http.InvalidFieldException;
import io.hawser.server.http.JsonFields;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The methods of the server API, by the names that Centrifugo gives them, where it has them. */
public enum ApiMethod {
    PUBLISH,
    PUBLISH_USER,
    BROADCAST,
    SUBSCRIBE,
    UNSUBSCRIBE,
    DISCONNECT,
    REFRESH,
    PRESENCE,
    PRESENCE_STATS,
    HISTORY,
    HISTORY_REMOVE,
    CHANNELS,
    INFO,
    BATCH;

    private static final Map<String, ApiMethod> BY_NAME =
            Arrays.stream(values())
                    .collect(
                            Collectors.toUnmodifiableMap(ApiMethod::wireName, Function.identity()));

    /** The method of that name, null if there is none. */
    public static @Nullable ApiMethod named(String name) {
        return BY_NAME.get(name);
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The request, or {@link ApiRequest.Invalid} with what is wrong with it. */
    public ApiRequest read(JsonFields fields) {
        try {
            return readValid(fields);
        } catch (InvalidFieldException e) {
            return new ApiRequest.Invalid(e.error());
        }
    }

    private ApiRequest readValid(JsonFields fields) throws InvalidFieldException {
        return switch (this) {
            case PUBLISH -> ApiRequestReader.publish(fields);
            case PUBLISH_USER -> ApiRequestReader.publishUser(fields);
            case BROADCAST -> ApiRequestReader.broadcast(fields);
            case SUBSCRIBE -> ApiRequestReader.subscribe(fields);
            case UNSUBSCRIBE -> ApiRequestReader.unsubscribe(fields);
            case DISCONNECT -> ApiRequestReader.disconnect(fields);
            case REFRESH -> ApiRequestReader.refresh(fields);
            case PRESENCE -> ApiRequestReader.presence(fields);
            case PRESENCE_STATS -> ApiRequestReader.presenceStats(fields);
            case HISTORY -> ApiRequestReader.history(fields);
            case HISTORY_REMOVE -> ApiRequestReader.historyRemove(fields);
            case CHANNELS -> ApiRequestReader.channels(fields);
            case INFO -> ApiRequestReader.info(fields);
            case BATCH -> ApiRequestReader.batch(fields);
        };
    }
}
