package io.hawser.server.binding;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown by the constructors of configuration records; names everything that is wrong. */
public final class InvalidRecordException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    InvalidRecordException(Class<? extends Record> type, List<Fault> faults) {
        super(
                type.getSimpleName()
                        + faults.stream()
                                .map(Fault::toString)
                                .collect(Collectors.joining(", ", " (", ")")));
        this.faults = List.copyOf(faults);
    }

    List<Fault> faults() {
        return faults;
    }
}
