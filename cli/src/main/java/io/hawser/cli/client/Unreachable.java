package io.hawser.cli.client;

import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Says in words for people why nothing could be had from the other side. */
public final class Unreachable {
    private Unreachable() {}

    /** The reason in a few words; the JDK's own exceptions often have none. */
    public static String why(Throwable error) {
        return causes(error)
                .map(Unreachable::known)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElseGet(() -> innermost(error));
    }

    private static String known(Throwable error) {
        return switch (error) {
            case HttpTimeoutException _, TimeoutException _ -> "no answer in time";
            case UnresolvedAddressException _ -> "unknown host";
            case ConnectException e when causes(e).noneMatch(Unreachable::unresolved) ->
                    "connection refused";
            case WebSocketHandshakeException e -> "HTTP status " + e.getResponse().statusCode();
            default -> "";
        };
    }

    private static boolean unresolved(Throwable error) {
        return error instanceof UnresolvedAddressException;
    }

    private static String innermost(Throwable error) {
        Throwable last = causes(error).reduce((_, next) -> next).orElse(error);
        String message = last.getMessage();
        return message == null ? last.getClass().getSimpleName() : message;
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause);
    }
}
