package io.hawser.server.binding;

import java.util.List;

/**
 * Something wrong in a configuration record. Immutable.
 *
 * @param keys the keys involved, the one to blame first, relative to the record
 * @param what continues "key: …"
 * @param advice what to do
 */
public record Fault(List<String> keys, String what, String advice) {
    @Override
    public String toString() {
        return keys.getFirst() + ": " + what + "; " + advice;
    }
}
