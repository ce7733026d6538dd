package io.hawser.grid.bus;

import io.hawser.grid.pubsub.BrokerException;
import io.hawser.grid.pubsub.BrokerException.Reason;
import io.hawser.grid.redis.CommandPipeline;
import io.hawser.grid.redis.CommandPipeline.Place;
import io.hawser.grid.redis.RedisCall;
import io.hawser.grid.redis.RedisFailure;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What Redis answers, as the broker's callers get it. Stateless, thread-safe; nothing blocks. */
public final class RedisAnswers {
    private RedisAnswers() {}

    /** Sends a command and reads its answer; fails with {@link BrokerException}. */
    public static <T, R extends @Nullable Object> CompletionStage<R> ask(
            CommandPipeline pipeline, Place place, RedisCall<T> call, Function<T, R> decode) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        pipeline.submit(place, call, (value, failure) -> complete(answer, value, failure, decode));
        return answer;
    }

    /** With what {@code decode} makes of the value, or with the failure. */
    static <T, R extends @Nullable Object> void complete(
            CompletableFuture<R> answer,
            @Nullable T value,
            @Nullable RedisFailure failure,
            Function<T, R> decode) {
        if (failure != null || value == null) {
            answer.completeExceptionally(ofRedis(failure));
        } else {
            complete(answer, () -> decode.apply(value));
        }
    }

    private static BrokerException ofRedis(@Nullable RedisFailure failure) {
        if (failure == null) {
            return new BrokerException(Reason.FAILED, "Redis answered nothing");
        }
        Reason reason =
                switch (failure.kind()) {
                    case UNAVAILABLE -> Reason.UNAVAILABLE;
                    case QUEUE_FULL -> Reason.QUEUE_FULL;
                    case REFUSED -> Reason.FAILED;
                };
        return new BrokerException(reason, String.valueOf(failure.getMessage()), failure);
    }

    /** With what {@code decode} gives or throws. */
    static <R extends @Nullable Object> void complete(
            CompletableFuture<R> answer, Supplier<R> decode) {
        R decoded;
        try {
            decoded = decode.get();
        } catch (BrokerException e) {
            answer.completeExceptionally(e);
            return;
        } catch (RuntimeException e) {
            answer.completeExceptionally(
                    new BrokerException(Reason.FAILED, "answer of Redis cannot be read", e));
            return;
        }
        answer.complete(decoded);
    }
}
