package io.hawser.grid.bus;

import io.hawser.grid.pubsub.PublishOptions;
import io.hawser.grid.pubsub.PublishResult;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/** A publication on its way to the store. Thread-safe; nobody writes into the body. */
final class PendingPublish {
    private final String channel;
    private final byte[] body;
    private final PublishOptions options;
    private final CompletableFuture<PublishResult> answer;

    /**
     * @param body as it is stored and sent
     * @param answer the publisher's
     */
    PendingPublish(
            String channel,
            byte[] body,
            PublishOptions options,
            CompletableFuture<PublishResult> answer) {
        this.channel = channel;
        this.body = body;
        this.options = options;
        this.answer = answer;
    }

    String channel() {
        return channel;
    }

    byte[] body() {
        return body;
    }

    PublishOptions options() {
        return options;
    }

    CompletableFuture<PublishResult> answer() {
        return answer;
    }

    /** Answers the publisher. */
    void complete(@Nullable PublishResult result, @Nullable Throwable thrown) {
        if (result != null) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(
                    thrown != null
                            ? thrown
                            : new IllegalStateException("neither result nor error"));
        }
    }
}
