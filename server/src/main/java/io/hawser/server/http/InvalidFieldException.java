package io.hawser.server.http;

import io.hawser.server.protocol.ErrorCode;

/** A request is not what it should be. The message of {@link #error} is for the caller. */
public final class InvalidFieldException extends Exception {
    private final transient ErrorCode error;

    private InvalidFieldException(ErrorCode kind, String problem) {
        super(problem);
        error = new ErrorCode(kind.code(), kind.message() + ": " + problem, kind.temporary());
    }

    /** A field is missing or not what it should be. */
    public InvalidFieldException(String problem) {
        this(ErrorCode.BAD_REQUEST, problem);
    }

    /** A field asks for what is not offered; to ignore it would do something else. */
    public static InvalidFieldException notOffered(String field) {
        return new InvalidFieldException(ErrorCode.NOT_AVAILABLE, field + " is not offered");
    }

    public ErrorCode error() {
        return error;
    }
}
