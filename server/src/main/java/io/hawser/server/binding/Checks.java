package io.hawser.server.binding;

import io.hawser.server.binding.Shape.Field;

import java.util.ArrayList;
import java.util.List;

/**
 * The checks of one configuration record, made in its constructor: what the keys' annotations
 * demand, then what only the record knows. Confined to the constructor's thread.
 */
public final class Checks {
    private final Class<? extends Record> type;
    private final List<Fault> faults = new ArrayList<>();

    private Checks(Class<? extends Record> type) {
        this.type = type;
    }

    /** Applies the annotations' rules to the components, given in their order. */
    public static Checks of(Class<? extends Record> type, Object... components) {
        List<Field> fields = Schema.section(type).fields();
        if (fields.size() != components.length) {
            throw new IllegalStateException(type + " checks another number of components");
        }
        Checks checks = new Checks(type);
        for (int i = 0; i < components.length; i++) {
            checks.apply(fields.get(i), components[i]);
        }
        return checks;
    }

    /**
     * Adds a fault.
     *
     * @param wrong nothing is added unless true
     * @param what continues "key: …"
     * @param advice what to do
     * @param keys the keys involved, the one to blame first
     */
    public Checks refuse(boolean wrong, String what, String advice, String... keys) {
        if (wrong) {
            faults.add(new Fault(List.of(keys), what, advice));
        }
        return this;
    }

    /**
     * Ends the checks.
     *
     * @throws InvalidRecordException if anything is wrong
     */
    public void done() {
        if (!faults.isEmpty()) {
            throw new InvalidRecordException(type, faults);
        }
    }

    private void apply(Field field, Object value) {
        if (field.rule().type() == null) {
            return;
        }
        if (value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                applyRule(field, field.name() + "[" + i + "]", items.get(i));
            }
        } else {
            applyRule(field, field.name(), value);
        }
    }

    private void applyRule(Field field, String key, Object value) {
        field.rule()
                .broken(value)
                .ifPresent(what -> refuse(true, what, field.rule().advice(), key));
    }
}
