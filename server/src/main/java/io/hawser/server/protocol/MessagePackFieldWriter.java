package io.hawser.server.protocol;

import io.hawser.grid.pubsub.Payload;

import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes the fields of one MessagePack message. A map begins with the number of its entries, so
 * each body is run twice: {@link FieldCount} counts its fields, then they are written. For one
 * thread.
 */
final class MessagePackFieldWriter implements NamedFieldWriter {
    private static final MessagePack.PackerConfig CONFIG =
            new MessagePack.PackerConfig().withBufferSize(512);

    private final MessageBufferPacker out;

    private MessagePackFieldWriter(MessageBufferPacker out) {
        this.out = out;
    }

    /** One map with the fields that {@code body} writes. */
    static byte[] write(Consumer<NamedFieldWriter> body) {
        try (MessageBufferPacker packer = CONFIG.newBufferPacker()) {
            new MessagePackFieldWriter(packer).fields(body);
            return packer.toByteArray();
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    @Override
    public void textAlways(String name, String value) {
        string(name);
        string(value);
    }

    @Override
    public void flagAlways(String name, boolean value) {
        string(name);
        pack(() -> out.packBoolean(value));
    }

    @Override
    public void numberAlways(String name, long value) {
        string(name);
        pack(() -> out.packLong(value));
    }

    @Override
    public void payloadAlways(String name, Payload value) {
        string(name);
        byte[] bytes = value.bytes();
        pack(() -> out.packBinaryHeader(bytes.length).writePayload(bytes));
    }

    @Override
    public void object(String name, Consumer<NamedFieldWriter> body) {
        string(name);
        fields(body);
    }

    @Override
    public <T> void objects(
            String name, Collection<T> values, BiConsumer<NamedFieldWriter, T> body) {
        string(name);
        pack(() -> out.packArrayHeader(values.size()));
        for (T value : values) {
            fields(fields -> body.accept(fields, value));
        }
    }

    @Override
    public <T> void entries(String name, Map<String, T> map, Entry<T> entry) {
        string(name);
        pack(() -> out.packMapHeader(map.size()));
        map.forEach((key, value) -> entry.write(this, key, value));
    }

    private void fields(Consumer<NamedFieldWriter> body) {
        int count = FieldCount.of(body);
        pack(() -> out.packMapHeader(count));
        body.accept(this);
    }

    /** In UTF-8, with a question mark for each unpaired surrogate. */
    private void string(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        pack(() -> out.packRawStringHeader(bytes.length).writePayload(bytes));
    }

    private interface Packing {
        void run() throws IOException;
    }

    private static void pack(Packing packing) {
        try {
            packing.run();
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    private static UncheckedIOException inMemory(IOException e) {
        return new UncheckedIOException("a message could not be written into memory", e);
    }
}
