package io.hawser.server.outbox;

import io.hawser.grid.bus.NumberedPublisher.Numbered;
import io.hawser.grid.pubsub.HistoryOptions;

import java.util.List;

/**
 * What is to be published in one channel, in chunks that follow each other.
 *
 * @param chunks none of them empty
 */
record ChannelRows(String channel, HistoryOptions history, List<List<Numbered>> chunks) {}
