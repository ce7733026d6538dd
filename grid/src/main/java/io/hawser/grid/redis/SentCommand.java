package io.hawser.grid.redis;

import io.hawser.grid.redis.RedisFailure.Kind;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command given to the driver, whose end one listener hears. A future would cost more than the
 * command.
 *
 * @param <T> the answer
 */
final class SentCommand<T> extends Command<String, byte[], T> {
    private final Answered<T> listener;
    private final AtomicBoolean over = new AtomicBoolean();

    SentCommand(
            CommandType type,
            CommandOutput<String, byte[], T> output,
            EncodedArguments arguments,
            Answered<T> listener) {
        super(type, output, arguments);
        this.listener = listener;
    }

    @Override
    public void complete() {
        super.complete();
        if (over.getAndSet(true)) {
            return;
        }
        CommandOutput<String, byte[], T> output = getOutput();
        if (output.hasError()) {
            listener.answered(null, RedisFailure.answered(output.getError()));
        } else {
            listener.answered(output.get(), null);
        }
    }

    @Override
    public boolean completeExceptionally(Throwable thrown) {
        boolean first = super.completeExceptionally(thrown);
        if (!over.getAndSet(true)) {
            listener.answered(null, RedisFailure.of(thrown));
        }
        return first;
    }

    @Override
    public void cancel() {
        super.cancel();
        if (!over.getAndSet(true)) {
            listener.answered(
                    null, new RedisFailure(Kind.UNAVAILABLE, "the connection was closed"));
        }
    }
}
