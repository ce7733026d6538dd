package io.hawser.server.admin;

import io.hawser.server.protocol.ErrorCode;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an {@link ApiRequest}: either a result or an error. Immutable.
 *
 * @param result null if there is an error
 * @param error null if there is a result
 */
public record ApiReply(@Nullable ApiResult result, @Nullable Failure error) {
    /** An error of the protocol's list. */
    public record Failure(int code, String message) {}

    static ApiReply of(ApiResult result) {
        return new ApiReply(result, null);
    }

    static ApiReply failed(ErrorCode error) {
        return new ApiReply(null, new Failure(error.code(), error.message()));
    }

    /** 0 for a result, else the error's code. */
    int code() {
        return error == null ? 0 : error.code();
    }
}
