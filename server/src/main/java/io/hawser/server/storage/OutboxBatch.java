package io.hawser.server.storage;

import java.util.List;

/**
 * Rows of the outbox: of each channel in it those with the lowest ids, without a gap.
 *
 * @param source whose ids they are
 * @param rows in the order of their ids
 */
public record OutboxBatch(String source, List<OutboxRow> rows) {}
