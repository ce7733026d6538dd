package io.hawser.grid.scaling;

import com.hazelcast.map.EntryProcessor;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Appends a decision if it follows the newest: of two with one number, one gets in. */
final class AppendDecision implements EntryProcessor<String, StoredDecisions, Boolean> {
    private static final long serialVersionUID = 1L;

    private final long number;
    private final String json;

    AppendDecision(long number, String json) {
        this.number = number;
        this.json = json;
    }

    @Override
    public Boolean process(Map.Entry<String, StoredDecisions> entry) {
        @Nullable StoredDecisions before = entry.getValue();
        if ((before == null ? 0 : before.number()) + 1 != number) {
            return false;
        }
        entry.setValue(
                before == null ? StoredDecisions.of(number, json) : before.with(number, json));
        return true;
    }
}
