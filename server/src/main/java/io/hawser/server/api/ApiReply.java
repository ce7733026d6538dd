package io.hawser.server.api;

import io.hawser.grid.presence.PresenceException;
import io.hawser.grid.pubsub.BrokerException;
import io.hawser.server.protocol.ErrorCode;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * The answer to an {@link ApiRequest}: either a result or an error. Immutable, thread-safe.
 *
 * @param result null if there is an error
 * @param error null if there is a result
 */
public record ApiReply(@Nullable ApiResult result, @Nullable Failure error) {
    private static final Logger log = LoggerFactory.getLogger(ApiReply.class);

    /** An error of the protocol's list. */
    public record Failure(int code, String message) {}

    static ApiReply of(ApiResult result) {
        return new ApiReply(result, null);
    }

    static ApiReply failed(ErrorCode error) {
        return new ApiReply(null, new Failure(error.code(), error.message()));
    }

    /** The reply when the result is there; a failed stage becomes an error reply. */
    static CompletionStage<ApiReply> when(CompletionStage<? extends ApiResult> stage) {
        return stage.<ApiReply>thenApply(ApiReply::of).exceptionally(ApiReply::ofFailure);
    }

    /** What a caller is told about a failure further in. */
    static ApiReply ofFailure(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return switch (cause) {
            case BrokerException broker ->
                    failed(
                            switch (broker.reason()) {
                                case QUEUE_FULL -> ErrorCode.TOO_MANY_REQUESTS;
                                case KEYS_FULL -> ErrorCode.TOO_MANY_KEYS;
                                case POSITIONS_FULL -> ErrorCode.TOO_MANY_POSITIONS;
                                case UNAVAILABLE, FAILED -> ErrorCode.INTERNAL;
                            });
            case PresenceException _ -> failed(ErrorCode.INTERNAL);
            case RejectedExecutionException _ -> failed(ErrorCode.TOO_MANY_REQUESTS);
            default -> {
                log.warn("a call of the server API failed", cause);
                yield failed(ErrorCode.INTERNAL);
            }
        };
    }

    /** 0 for a result, else the error's code. */
    int code() {
        return error == null ? 0 : error.code();
    }
}
