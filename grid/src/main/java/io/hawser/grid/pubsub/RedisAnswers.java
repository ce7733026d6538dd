package io.hawser.grid.pubsub;

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
final class RedisAnswers {
    private RedisAnswers() {}

    /** Sends a command and reads its answer; fails with {@link BrokerException}. */
    static <T, R extends @Nullable Object> CompletionStage<R> ask(
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
        return failure == null
                ? new BrokerException(BrokerException.Reason.FAILED, "Redis answered nothing")
                : BrokerException.ofRedis(failure);
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
                    new BrokerException(
                            BrokerException.Reason.FAILED, "answer of Redis cannot be read", e));
            return;
        }
        answer.complete(decoded);
    }
}
