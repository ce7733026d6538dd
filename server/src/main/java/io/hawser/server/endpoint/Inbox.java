package io.hawser.server.endpoint;

import jakarta.websocket.MessageHandler;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Puts a client's messages together from the parts in which they arrive, up to a limit. Parts are
 * asked for, and not whole messages, because Undertow 2.3 does not hold a text message to its
 * limit: it would buffer whatever a client sends. Confined to the I/O thread.
 */
final class Inbox {
    private final int maxBytes;
    private final Consumer<byte[]> whole;
    private final Runnable tooLarge;

    /** What has come of an unfinished message; null between messages, which is nearly always. */
    private @Nullable ByteArrayOutputStream unfinished;

    private boolean refused;

    /**
     * @param whole gets each message
     * @param tooLarge runs once, at the first message above the limit; nothing follows it
     */
    Inbox(int maxBytes, Consumer<byte[]> whole, Runnable tooLarge) {
        this.maxBytes = maxBytes;
        this.whole = whole;
        this.tooLarge = tooLarge;
    }

    MessageHandler.Partial<String> text() {
        return (part, last) -> part(part.getBytes(StandardCharsets.UTF_8), last);
    }

    MessageHandler.Partial<byte[]> binary() {
        return this::part;
    }

    private void part(byte[] bytes, boolean last) {
        if (refused) {
            return;
        }
        int before = unfinished == null ? 0 : unfinished.size();
        if (before + bytes.length > maxBytes) {
            refused = true;
            unfinished = null;
            tooLarge.run();
        } else if (last && unfinished == null) {
            whole.accept(bytes);
        } else {
            append(bytes, last);
        }
    }

    private void append(byte[] bytes, boolean last) {
        ByteArrayOutputStream message = unfinished;
        if (message == null) {
            message = new ByteArrayOutputStream(2 * bytes.length);
        }
        message.writeBytes(bytes);
        unfinished = last ? null : message;
        if (last) {
            whole.accept(message.toByteArray());
        }
    }
}
