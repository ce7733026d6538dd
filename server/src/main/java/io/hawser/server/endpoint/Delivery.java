package io.hawser.server.endpoint;

import io.hawser.server.protocol.Codec;
import io.hawser.server.protocol.EncodedMessage;
import io.hawser.server.protocol.Push;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One push on its way to all subscribers of a channel: encoded at most once for each form in use,
 * whichever I/O thread needs it first. Thread-safe.
 */
final class Delivery {
    private final Push push;
    private final boolean onlyForJoinLeave;
    private final AtomicReferenceArray<@Nullable EncodedMessage> forms =
            new AtomicReferenceArray<>(WireForm.MESSAGES);

    /**
     * @param onlyForJoinLeave goes only to those who asked for joins and leaves
     */
    Delivery(Push push, boolean onlyForJoinLeave) {
        this.push = push;
        this.onlyForJoinLeave = onlyForJoinLeave;
    }

    boolean onlyForJoinLeave() {
        return onlyForJoinLeave;
    }

    /** Two threads may encode the same form at the same moment; one result is kept. */
    EncodedMessage in(WireForm form) {
        EncodedMessage encoded = forms.get(form.messageIndex());
        if (encoded != null) {
            return encoded;
        }
        Codec codec = form.codec();
        EncodedMessage fresh = form.unidirectional() ? codec.encodeUni(push) : codec.encode(push);
        EncodedMessage earlier = forms.compareAndExchange(form.messageIndex(), null, fresh);
        return earlier != null ? earlier : fresh;
    }
}
