package io.hawser.server.protocol;

import com.google.protobuf.UnsafeByteOperations;

import java.nio.charset.StandardCharsets;

/** Strings without unpaired surrogates: the only ones that UTF-8 can hold. Thread-safe. */
final class WellFormed {
    private WellFormed() {}

    static boolean test(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!isPair(text, i)) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** {@code text} with a question mark for each unpaired surrogate. */
    static String of(String text) {
        return test(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Whether {@code bytes} are UTF-8 without overlong sequences and surrogates. */
    static boolean isUtf8(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes).isValidUtf8();
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length()
                && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }
}
